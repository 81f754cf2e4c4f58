# Bytes that are not UTF-8. JSON of Nix 2.4 to 2.14 has them raw, later versions refuse to print it.
derivation {
  name = "latin1";
  system = "x86_64-linux";
  builder = "/bin/sh";
  text = builtins.readFile ./latin1.txt;
}
