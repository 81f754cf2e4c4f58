# Tells how an image that somebody names can be evaluated for other platforms.
#
# `request` names a JSON file: { path: "…" } or { flake: "…" }, and attribute: [name, …], which may be empty for a path.
# With byItself: true a file that is a function is called without arguments, and each package set that it imports is
# told by a trace. The result:
#   form       how it can be: see below
#   attribute  of what the form gives, as names
#   takes      arguments of the function, where it is one
#   defaults   whether all of them have defaults
#   platform   that the image is for as it is, null where it cannot be told: { system, config, arch, abi }
#   built      system that builds it, where it is taken as it is written, and
#   cross      whether that is by a cross compiler
#   overlay    why the flake's overlay is not taken: "none", "unapplied" without a nixpkgs, "without" the attribute
{ request }:
let
  inherit (builtins) all attrNames attrValues concatStringsSep elem elemAt filter functionArgs fromJSON getFlake head import isAttrs isFunction isString length
    pathExists readFile scopedImport tail trace tryEval typeOf foldl';

  wanted = fromJSON (readFile request);
  inherit (wanted) attribute;
  drop = count: list: if count == 0 then list else drop (count - 1) (tail list);
  select = foldl' (set: name: set.${name});
  argumentsOf = value: if isFunction value then attrNames (functionArgs value) else [ ];
  isPackageSet = value: elem "localSystem" (argumentsOf value);

  quietly = value: let tried = tryEval value; in if tried.success then tried.value else null;
  orNull = value: if isString value then value else null;
  platformOf = image:
    let host = quietly (image.stdenv.hostPlatform or { system = image.system or null; });
    in
    if isAttrs host && isString (host.system or null) then
      {
        inherit (host) system;
        config = orNull (host.config or null);
        arch = orNull (host.gcc.arch or null);
        abi = orNull (host.gcc.abi or null);
      }
    else
      null;

  # An image may have been put together by a cross compiler, whatever the set is called that it is in.
  isCrossOf = own: image:
    own != null
    && (own.system != image.system || (own.config != null && (image.stdenv.buildPlatform.config or own.config) != own.config));
  writtenOf = attribute: image:
    let platform = platformOf image;
    in { form = "written"; inherit attribute platform; built = image.system; cross = isCrossOf platform image; };

  # Only what this file itself imports: what it imports has the usual import.
  traced = path:
    let imported = import path;
    in if isPackageSet imported then given: trace "it imports a package set" (imported given) else imported;
  byItself = scopedImport { import = traced; } wanted.path { };

  file = import wanted.path;
  ofFile =
    if isPackageSet file then
      # A whole package set, as nixpkgs is: import it for any platform.
      { form = "package-set"; inherit attribute; platform = null; }
    else if isFunction file then
      # { pkgs }: …, or { system }: …
      {
        form =
          # pkgs: … has no named arguments.
          if argumentsOf file == [ ] || elem "pkgs" (argumentsOf file) then
            "pkgs"
          else if elem "system" (argumentsOf file) then
            "system"
          else
            "function";
        inherit attribute;
        platform = null;
      }
    else
      # It has decided for itself.
      let value = select file attribute;
      in
      if (value.type or null) == "derivation" then writtenOf attribute value else { form = "fixed"; inherit attribute; platform = null; };

  flake = getFlake wanted.flake;
  first = head attribute;
  # As nix build takes it: packages and legacyPackages, of any system, need not be named.
  plain = if elem first [ "packages" "legacyPackages" ] && length attribute > 2 then drop 2 attribute else attribute;
  # Not by its default.nix: that of many a flake fetches something.
  isNixpkgs = pathExists (flake.outPath + "/pkgs/top-level/impure.nix");
  # Many a flake has an overlay besides: it is the one if what is named is in it.
  overlay = flake.overlays.default or null;
  ofOverlay = import flake.inputs.nixpkgs {
    localSystem = builtins.currentSystem;
    overlays = [ overlay ];
    config = { };
  };
  isListed = builtins.any (system: flake.packages.${system} ? ${head plain}) (attrNames (flake.packages or { }));
  isThere = path:
    (foldl'
      (at: name: if at.there && isAttrs at.set && at.set ? ${name} then { there = true; set = at.set.${name}; } else { there = false; set = null; })
      { there = true; set = flake; }
      path).there;
  # What nix build would build: packages and legacyPackages come first, then the attribute as it is written.
  written =
    let
      places = filter (path: quietly (isThere path) == true) (map (set: [ set builtins.currentSystem ] ++ attribute) [ "packages" "legacyPackages" ]);
    in
    if places != [ ] then head places else if isThere attribute then attribute else null;
  isElsewhere = written == attribute && !(elem first [ "packages" "legacyPackages" ]);
  image = select flake written;
  isDerivation = image.type or null == "derivation";
  isCross = isCrossOf (platformOf image) image;
  ofWritten = writtenOf written image;
  ofFlake =
    if first == "nixosConfigurations" && length attribute > 1 then
      let
        configuration = flake.nixosConfigurations.${elemAt attribute 1};
        rest = drop 2 attribute;
      in
      # A NixOS configuration: extend it by another platform.
      {
        form = "nixos";
        configuration = elemAt attribute 1;
        attribute = if rest == [ ] then [ "config" "system" "build" "toplevel" ] else rest;
        platform = quietly (platformOf configuration.pkgs);
      }
    else if isNixpkgs then
      { form = "package-set"; attribute = plain; platform = null; }
    else if
      overlay != null && flake.inputs ? nixpkgs && ((!isListed && !isElsewhere) || quietly (ofOverlay ? ${head plain}) == true)
    then
      # Its packages are an overlay on its nixpkgs, which is there for any platform.
      { form = "overlay"; attribute = plain; platform = null; }
    else if written != null && quietly (isDerivation && isCross) == true then
      ofWritten
    else if !isElsewhere then
      # Only what it lists.
      {
        form = "outputs";
        attribute = plain;
        platform = null;
        overlay = if overlay == null then "none" else if flake.inputs ? nixpkgs then "without" else "unapplied";
      }
    else if isDerivation then
      # Somewhere else in it: there is only that one.
      ofWritten
    else
      throw "${concatStringsSep "." written} is no derivation but of type ${typeOf image}";

  described = if wanted ? flake then ofFlake else ofFile;
  takes = if wanted ? flake then [ ] else argumentsOf file;
in
{ configuration = null; }
// described
// (if wanted.byItself or false then { platform = platformOf (select byItself attribute); } else { })
// {
  inherit takes;
  defaults = takes != [ ] && all (argument: argument) (attrValues (functionArgs file));
}
