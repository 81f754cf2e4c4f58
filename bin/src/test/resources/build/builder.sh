# Builds one package of default.nix: writes its name, and what its libraries say, into its output.
set -eu
export PATH=/usr/bin:/bin
echo "@nix { \"action\": \"setPhase\", \"phase\": \"buildPhase\" }" >&"${NIX_LOG_FD:-2}"
echo "building $name on $system"
eval "$script"
sleep 0.3
{
  echo "$name"
  for library in $buildInputs; do
    sed 's/^/  /' "$library"
  done
} >"$out"
