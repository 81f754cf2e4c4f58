# Tells what a machine is, for builds. POSIX sh, dash and busybox included; changes nothing.
# Whatever the login says goes before. Then it says
#   crossplan probe 1
#   NAME=VALUE          each name once, on one line; nothing after = where it cannot be told
#   end
export LC_ALL=C

say() { # NAME VALUE
  printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr '\t\r\n' '   ')"
}

of_cpu() { # the first line of that name
  sed -n "s/^$1[[:space:]]*: *//p" /proc/cpuinfo 2>/dev/null | sed 1q
}

cores() {
  nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || grep -c '^processor' /proc/cpuinfo 2>/dev/null
}

memory() { # KiB
  kib=$(sed -n 's/^MemTotal:[[:space:]]*\([0-9]*\) kB$/\1/p' /proc/meminfo 2>/dev/null)
  bytes=$(sysctl -n hw.memsize 2>/dev/null)
  if [ "$kib" ]; then
    echo "$kib"
  elif [ "$bytes" ]; then
    echo $((bytes / 1024))
  fi
}

free() { # KiB that are left where the store is, or will be
  place=$1
  while [ ! -d "$place" ]; do
    place=$(dirname "$place")
  done
  df -Pk "$place" 2>/dev/null | {
    read -r heads
    read -r device blocks used available rest
    echo "$available"
  }
}

store() { # as Nix has it; a Nix may be built for another one than usual
  told=$(nix-instantiate --eval --expr builtins.storeDir 2>/dev/null | tr -d '"')
  echo "${told:-${NIX_STORE_DIR:-/nix/store}}"
}

board() {
  if [ -r /proc/device-tree/model ]; then
    tr -d '\000' </proc/device-tree/model
  fi
}

formats() { # what the kernel hands to QEMU
  for entry in /proc/sys/fs/binfmt_misc/*; do
    case ${entry##*/} in
    qemu-* | *-linux)
      if [ "$(sed 1q "$entry" 2>/dev/null)" = enabled ]; then
        printf '%s ' "${entry##*/}"
      fi
      ;;
    esac
  done
}

elsewhere() { # a Nix that is not on PATH
  for place in /run/current-system/sw/bin /nix/var/nix/profiles/default/bin "$HOME/.nix-profile/bin" \
    "$HOME/.local/state/nix/profile/bin" "/etc/profiles/per-user/$LOGNAME/bin" /usr/local/bin /usr/bin /opt/homebrew/bin; do
    if [ -x "$place/nix-store" ]; then
      echo "$place"
      return
    fi
  done
}

new_nix() {
  nix --extra-experimental-features nix-command "$@"
}

setting() {
  printf '%s\n' "$settings" | sed -n "s/^$1 = *//p"
}

of_nix() {
  version=$(nix-store --version 2>/dev/null | sed 1q)
  say nix "${version:-nix-store}" # it is there, whatever it says
  settings=$(new_nix config show 2>/dev/null || new_nix show-config 2>/dev/null || nix show-config 2>/dev/null)
  for name in system extra-platforms system-features max-jobs; do
    say "$name" "$(setting "$name")"
  done
  pinged=$(new_nix store ping 2>&1)
  say trusted "$(printf '%s\n' "$pinged" | sed -n 's/^Trusted: *//p')"
  case $pinged in
  *'not a recognised command'* | *unrecognised* | *'unknown setting'*) pinged='' ;;
  esac
  say nix-error "$(printf '%s\n' "$pinged" | sed -n 's/^error: *//p' | sed 1q)"
}

probe() {
  echo 'crossplan probe 1'
  say clock "$(date +%s)"
  say kernel "$(uname -s)"
  say cpu "$(uname -m)"
  say cores "$(cores)"
  say memory "$(memory)"
  say model "$(of_cpu 'model name')"
  say board "$(board)"
  say isa "$(of_cpu isa)"
  say uarch "$(of_cpu uarch)"
  say vendor "$(of_cpu vendor_id)$(of_cpu 'CPU implementer')"
  say formats "$(formats)"
  store=$(store)
  say store "$store"
  say free "$(free "$store")"
  if command -v nix-store >/dev/null 2>&1; then
    of_nix
  else
    say nix-elsewhere "$(elsewhere)"
  fi
  echo end
}

probe </dev/null
