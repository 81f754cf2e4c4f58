# Needs the experimental features ca-derivations, dynamic-derivations and git-hashing; Nix 2.18 or later.
let
  make =
    attributes:
    derivation (
      {
        system = "x86_64-linux";
        builder = "/bin/sh";
      }
      // attributes
    );
in
rec {
  # Its output is itself a .drv file.
  planned = make {
    name = "planned.drv";
    __contentAddressed = true;
    outputHashAlgo = "sha256";
    outputHashMode = "text";
  };
  uses-planned = make {
    name = "uses-planned";
    inner = builtins.outputOf planned.outPath "out";
    other = builtins.outputOf planned.outPath "doc";
    deeper = builtins.outputOf (builtins.outputOf planned.outPath "drv") "lib";
    itself = planned;
  };
  text = make {
    name = "text";
    outputHashAlgo = "sha256";
    outputHashMode = "text";
    outputHash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  };
  git = make {
    name = "git";
    outputHashAlgo = "sha1";
    outputHashMode = "git";
    outputHash = "0123456789abcdef0123456789abcdef01234567";
  };
}
