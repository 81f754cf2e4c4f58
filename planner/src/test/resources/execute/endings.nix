# Builds that end in every way; ./make runs Nix on each and keeps what it says.
let
  build = name: script: rest: derivation ({
    inherit name;
    system = "x86_64-linux";
    builder = "/bin/bash";
    args = [ "-c" "PATH=/usr/bin:/bin; ${script}" ];
  } // rest);
  phase = name: ''echo '@nix { "action": "setPhase", "phase": "${name}" }' >&2; '';
in
{
  succeeds = build "succeeds" "${phase "unpackPhase"} echo 'one $name' >&2; ${phase "buildPhase"} printf 'caf\\xe9 \\e[31mred\\e[0m\\n'; echo > $out" { };
  fails = build "fails" "echo configure: error: cannot run test program while cross compiling; echo; exit 77" { };
  misleads = build "misleads" "echo bison is required to build this; echo No space left on device; echo interrupted by the user; exit 1" { };
  killed = build "killed" "kill -9 $$" { };
  timeout = build "timeout" "sleep 60" { };
  mismatch = build "mismatch" "echo > $out" {
    outputHashAlgo = "sha256";
    outputHash = "0000000000000000000000000000000000000000000000000000";
  };
  download = build "download" "echo cannot resolve host; exit 1" {
    outputHashAlgo = "sha256";
    outputHash = "0000000000000000000000000000000000000000000000000000";
  };
  noBuilder = build "no-builder" "" { builder = "/bin/there-is-none"; };
  foreign = build "foreign" "echo > $out" { system = "mips-linux"; };
  full = build "full" "echo cc1: fatal error: a.s: No space left on device; exit 1" { };
  lasts = build "lasts" "echo begun; sleep 60" { };
  noOutput = build "no-output" "true" { };
}
