# Needs the experimental features ca-derivations and impure-derivations.
let
  make =
    attributes:
    derivation (
      {
        system = "riscv64-linux";
        builder = "/bin/sh";
      }
      // attributes
    );
in
rec {
  floating = make {
    name = "floating";
    outputs = [
      "out"
      "lib"
    ];
    __contentAddressed = true;
    outputHashAlgo = "sha256";
    outputHashMode = "recursive";
  };
  floating-flat = make {
    name = "floating-flat";
    __contentAddressed = true;
    outputHashAlgo = "sha512";
    outputHashMode = "flat";
  };
  # Input-addressed, but no path is known: it uses what is content-addressed.
  deferred = make {
    name = "deferred";
    outputs = [
      "out"
      "doc"
    ];
    input = floating.lib;
  };
  deferred-twice = make {
    name = "deferred-twice";
    input = deferred.doc;
  };
  impure = make {
    name = "impure";
    __impure = true;
  };
}
