# Measures how long this machine takes for the work of builds. POSIX sh, dash and busybox included.
#
# Runs in the shell of a strategy, under QEMU where builds would. Before it come variables
#   strategy, target   native, emulated or cross; the CPU of the board
#   CC, CXX            compilers, with options; empty: those on PATH
#   only_runs          not empty: nothing can be compiled under emulation, only what CC compiles for the board be run
# then it talks in lines. It says
#   fact NAME VALUE    of this machine, its compiler, its interpreters
#   can KIND…          the kinds of work that can be measured
#   lacks WHAT         what keeps it from measuring
#   ready
# and is then asked "KIND COUNT ARGUMENT" and answers "sampled", seconds of /proc/uptime before and after, and what
# `times` said before and after. An empty line ends it.
set +eu
CC=${CC:-} CXX=${CXX:-} only_runs=${only_runs:-}
export LC_ALL=C CCACHE_DISABLE=1
umask 077

first() { # the first of these programs that is there
  for program; do
    if command -v "$program" >/dev/null 2>&1; then
      printf '%s\n' "$program"
      return
    fi
  done
}

case $strategy in
cross) prefixes="$target-linux-gnu- $target-unknown-linux-gnu-" ;;
*) prefixes='' ;;
esac
if [ -z "$CC" ]; then
  if [ "$prefixes" ] || [ "$only_runs" ]; then
    CC=$(first "$target-linux-gnu-gcc" "$target-unknown-linux-gnu-gcc")
    CXX=$(first "$target-linux-gnu-g++" "$target-unknown-linux-gnu-g++")
  else
    CC=$(first cc gcc clang)
    CXX=$(first c++ g++ clang++)
  fi
fi

work=${TMPDIR:-/tmp}/crossplan-calibrate-$$
mkdir "$work" && cd "$work" || { echo "lacks a place for temporary files: $work"; exit 1; }
trap 'cd / && rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

## Facts

qemu_version() { # of the one on PATH, or where systems have theirs; a build's PATH has none
  (
    PATH=$PATH:/usr/local/bin:/usr/bin:/run/current-system/sw/bin
    qemu=$(first "qemu-$target-static" "qemu-$target")
    [ -z "$qemu" ] || "$qemu" --version 2>/dev/null | sed -n 's/^qemu-.* version \([0-9.]*\).*/\1/p'
  )
}

facts() {
  echo "fact machine $(uname -m)"
  echo "fact cores $(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || grep -c '^processor' /proc/cpuinfo)"
  model=$(sed -n 's/^\(model name\|uarch\|isa\)[[:space:]]*: *//p' /proc/cpuinfo | sed 1q)
  if [ -r /proc/device-tree/model ]; then
    model=$(tr -d '\000' </proc/device-tree/model)
  fi
  echo "fact cpu $model"
  echo "fact qemu $(qemu_version)"
  echo "fact interpreters $(first perl) sh"
  [ -z "$CC" ] || echo "fact compiler $($CC --version 2>/dev/null | sed 1q)"
}

## Work, each a unit that takes some tenths of a second natively

# What a configure script does: a program that is compiled, another that is linked, many short processes around them.
configure() {
  check=0
  while [ "$check" -lt 3 ]; do
    check=$((check + 1))
    name=$(echo "sys/feature-$check.h" | sed 's/[^a-zA-Z0-9_]/_/g')
    cat >conftest.c <<END
#include <stdio.h>
#include <stdlib.h>
#define HAVE_$name $check
int main(void) { return HAVE_$name == $check ? 0 : 1; }
END
    if $CC -c conftest.c 2>conftest.err && ! grep -q error conftest.err; then
      echo "#define HAVE_$(echo "$name" | tr '[:lower:]' '[:upper:]') 1" >>confdefs.h
    fi
    if $CC -o conftest conftest.c 2>conftest.err && test -s conftest; then
      value=$(expr "x$name" : 'x\(.*\)_h$')
      sed "s/^@$name@\$/$value/" conftest.c >conftest.out
    fi
    cat conftest.err conftest.out | grep -c "$value" >/dev/null
    rm -f conftest*
  done
}

compile_c() { $CC -O2 -c unit.c -o unit.o; }

compile_cxx() { $CXX -O2 -c unit.cc -o unit-cc.o; }

link() {
  $CC unit.o -o unit-1 && $CXX unit-cc.o -o unit-2 && $CC unit.o -o unit-1 && $CXX unit-cc.o -o unit-2
}

# What was compiled is run, for a moment each time, as test suites do.
tests() {
  run=0
  while [ "$run" -lt 24 ]; do
    run=$((run + 1))
    ./program "$run" >program.out || return 1
  done
}

interpreter() {
  case $1 in
  perl)
    perl -e 'my %words; for my $i (1 .. 500000) { my $w = "w" . ($i * 7919 % 1009); $words{$w} .= substr($w, 1);
      $words{$w} =~ s/^.*?(\d{8})$/$1/ if length $words{$w} > 40; } print join(",", map { "$_=$words{$_}" } sort keys %words);' >words
    ;;
  sh)
    i=0 text=
    while [ "$i" -lt 60000 ]; do
      i=$((i + 1))
      case $text in
      *77) text=${text%7} ;;
      ???????????*) text=${text#?} ;;
      *) text=$text$((i * 7919 % 1009)) ;;
      esac
    done
    ;;
  esac
}

# A compile on each core at once.
parallel() {
  core=0
  while [ "$core" -lt "$1" ]; do
    core=$((core + 1))
    $CC -O2 -c unit.c -o "unit-$core.o" &
  done
  wait
}

## Getting ready

lacks() {
  printf 'lacks %s: ' "$1"
  tr '\n' ' ' <said | cut -c 1-300
  echo
}

prepare() {
  kinds=interpreter
  # What is emulated takes itself for the board.
  if [ "$strategy" = emulated ] && [ -z "$only_runs" ] && [ "$(uname -m)" != "$target" ]; then
    echo "lacks a compiler for $target: $CC is for $(uname -m)"
    echo "can"
    return
  fi
  [ -z "$only_runs" ] || echo "lacks a compiler that runs under emulation"
  if [ -z "$CC" ]; then
    [ "$only_runs" ] || echo "lacks a C compiler"
    [ -z "$only_runs" ] || kinds=
  elif [ "$only_runs" ]; then
    kinds=
    if $CC -O2 -static program.c -o program 2>said && ./program 1 >program.out 2>said; then
      kinds=tests
    else
      lacks "programs that run"
    fi
  elif compile_c 2>said && $CC unit.o -o unit-1 2>said; then
    kinds="$kinds configure compile-c parallel"
    if [ "$strategy" != cross ]; then
      if $CC -O2 program.c -o program 2>said && ./program 1 >program.out 2>said; then
        kinds="$kinds tests"
      else
        lacks "programs that run"
      fi
    fi
    if [ -z "$CXX" ]; then
      echo "lacks a C++ compiler"
    elif compile_cxx 2>said && $CXX unit-cc.o -o unit-2 2>said; then
      kinds="$kinds compile-cxx link"
    else
      lacks "a C++ compiler that works"
    fi
  else
    lacks "a C compiler that works"
  fi
  echo "can $kinds"
}

sample() { # function, count, argument
  times >times.before
  read -r began _ </proc/uptime
  count=$2
  while [ "$count" -gt 0 ]; do
    count=$((count - 1))
    "$1" "$3" </dev/null >/dev/null 2>said || { lacks "work that can be done"; return; }
  done
  read -r ended _ </proc/uptime
  times >times.after
  { read -r a b; read -r c d; } <times.before
  { read -r e f; read -r g h; } <times.after
  echo "sampled $began $ended $a $b $c $d $e $f $g $h"
}

serve() {
  if ! [ -r /proc/uptime ]; then
    echo "lacks /proc/uptime: only Linux is measured"
    exit 1
  fi
  facts
  prepare
  echo ready
  while read -r kind count argument; do
    case $kind in
    configure | link | tests | interpreter | parallel) sample "$kind" "$count" "$argument" ;;
    compile-c) sample compile_c "$count" ;;
    compile-cxx) sample compile_cxx "$count" ;;
    *) exit 0 ;;
    esac
  done
  exit 0
}
