# A package set in which a build takes half a second: each package is a file that says what it was built of.
#
#   git ─┬─ curl ─┬─ openssl ─ zlib
#        │        └─ zlib
#        └─ (generator, a tool of the build)
#   hello ─ zlib
{ localSystem, crossSystem ? null, overlays ? [ ], config ? { } }@arguments:
let
  system = if builtins.isString localSystem then localSystem else localSystem.system;
  crossing = crossSystem != null;
  triple = "riscv64-unknown-linux-gnu";
  forBuild = if crossing then import ./. (removeAttrs arguments [ "crossSystem" ]) else self;

  package = { pname, version ? "1", libraries ? [ ], tools ? [ ], script ? "" }:
    derivation ({
      inherit pname version system script;
      name = if crossing then "${pname}-${triple}-${version}" else "${pname}-${version}";
      builder = "/bin/bash";
      args = [ ./builder.sh ];
      src = ./source;
      buildInputs = libraries;
      nativeBuildInputs = tools;
    } // (if crossing then { configureFlags = "--host=${triple}"; } else { }));

  base = self: {
    inherit package crossing;
    zlib = package { pname = "zlib"; };
    openssl = package { pname = "openssl"; libraries = [ self.zlib ]; };
    curl = package { pname = "curl"; libraries = [ self.openssl self.zlib ]; };
    generator = package { pname = "generator"; };
    git = package { pname = "git"; libraries = [ self.curl ]; tools = [ forBuild.generator ]; };
    hello = package { pname = "hello"; libraries = [ self.zlib ]; };
  };

  self = builtins.foldl' (set: overlay: set // overlay self set) (base self) overlays;
in
self
