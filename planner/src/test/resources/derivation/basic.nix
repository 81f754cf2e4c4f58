# Derivations of every kind that needs no experimental feature. Nothing is built or downloaded.
let
  make =
    attributes:
    derivation (
      {
        system = "riscv64-linux";
        builder = "/bin/sh";
        args = [
          "-e"
          script
        ];
      }
      // attributes
    );
  script = builtins.toFile "build.sh" "mkdir $out\n";
  download =
    name: hashAlgorithm: mode: hash:
    make {
      inherit name;
      builder = "builtin:fetchurl";
      args = [ ];
      outputHashAlgo = hashAlgorithm;
      outputHashMode = mode;
      outputHash = hash;
      url = "https://example.org/${name}";
    };
  repeat = n: text: builtins.concatStringsSep "" (builtins.genList (_: text) n);
in
rec {
  md5 = download "md5.patch" "md5" "flat" (repeat 4 "01234567");
  sha1 = download "sha1.tar.gz" "sha1" "flat" (repeat 5 "89abcdef");
  sha256 = download "sha256.tar.gz" "sha256" "flat" (repeat 8 "fedcba98");
  sha512 = download "sha512.tar.gz" "sha512" "flat" (repeat 16 "76543210");
  md5-tree = download "md5-tree" "md5" "recursive" (repeat 4 "00112233");
  sha1-tree = download "sha1-tree" "sha1" "recursive" (repeat 5 "44556677");
  sha256-tree = download "sha256-tree" "sha256" "recursive" (repeat 8 "8899aabb");
  sha512-tree = download "sha512-tree" "sha512" "recursive" (repeat 16 "ccddeeff");

  # The same file by another way: another derivation, the same output.
  mirrored = make {
    name = "sha256.tar.gz";
    builder = "builtin:fetchurl";
    args = [ ];
    outputHashAlgo = "sha256";
    outputHashMode = "flat";
    outputHash = repeat 8 "fedcba98";
    url = "https://mirror.example.org/sha256.tar.gz";
  };

  library = make {
    name = "library-1.0";
    pname = "library";
    version = "1.0";
    outputs = [
      "out"
      "dev"
      "doc"
    ];
    src = sha256;
    patches = [
      md5
      sha1
    ];
    configureFlags = [
      "--host=riscv64-unknown-linux-gnu"
      "--disable-static"
    ];
    doCheck = true;
    strictDeps = false;
    nothing = "";
  };

  # Both ways of getting one file are inputs.
  program = make {
    name = "program+x-2.0_rc1=";
    src = mirrored;
    sources = [
      sha256
      mirrored
      sha512
    ];
    buildInputs = [
      library.dev
      library
    ];
    manual = library.doc;
    trees = [
      md5-tree
      sha1-tree
      sha256-tree
      sha512-tree
    ];
    script = "line one\n\ttabbed \"quoted\" back\\slash\r\n\${dollar} $out\n";
    unicode = "größe → 木 😀";
  };

  structured = make {
    name = "structured-3.0";
    __structuredAttrs = true;
    outputs = [
      "out"
      "bin"
    ];
    pname = "structured";
    version = "3.0";
    src = sha256-tree;
    cmakeFlags = [
      "-DCMAKE_SYSTEM_PROCESSOR=riscv64"
      "-DNAME=two words"
    ];
    nested = {
      list = [
        [
          "a"
          "b"
        ]
        [ ]
      ];
      text = "quote \" slash \\ line\nend ü 😀";
    };
    count = 42;
    yes = true;
    no = false;
    nothing = null;
    env = {
      NIX_CFLAGS_COMPILE = "-O2 -g";
    };
    buildInputs = [ program ];
  };
}
