# Makes of a cross-compiling standard environment ($environment) one that an emulated build can take for its own: the
# programs run natively, but are called as where they would be emulated, and say the same of the machine.
set -e
stdenv=$environment
outputs=out
source "$environment/setup"

# riscv64-unknown-linux-gnu-
: "${CC:?is not set by $environment, so that has no compiler for an emulated build}"
prefix=${CC%-*}-
mkdir -p "$out/bin"
IFS=:
for folder in $PATH; do
  for program in "$folder/$prefix"*; do
    name=${program##*/"$prefix"}
    if [ -x "$program" ] && ! [ -e "$out/bin/$name" ]; then ln -s "$program" "$out/bin/$name"; fi
  done
done
unset IFS

# What asks for the machine, as config.guess does, would be told that of the kernel.
cat >"$out/bin/uname" <<END
#!$SHELL
text=\$("$(type -P uname)" "\$@") || exit
printf '%s\n' "\${text//$(uname -m)/${prefix%%-*}}"
END
chmod +x "$out/bin/uname"

cat >"$out/setup" <<END
source "$environment/setup"
export PATH="$out/bin:\$PATH"
for variable in CC CXX CPP LD AR AS NM RANLIB STRIP OBJCOPY OBJDUMP READELF SIZE STRINGS; do
  if [[ "\${!variable:-}" == "$prefix"* ]]; then export "\$variable=\${!variable#"$prefix"}"; fi
done
unset variable
END
cat >>"$out/setup" <<'END'
# Scripts of the outputs are run by the shell that the build itself has, not by one of this environment.
if [ -n "${HOST_PATH:-}" ]; then
  hostPath=${builder%/*}
  IFS=:
  for folder in $HOST_PATH; do
    if [[ " ${initialPath//$'\n'/ } " != *" ${folder%/bin} "* ]]; then hostPath+=:$folder; fi
  done
  unset IFS
  export HOST_PATH=$hostPath
fi
END
