# Tells how an image that somebody names can be evaluated for other platforms.
#
# `request` is JSON: { path: "…" } or { flake: "…" }, and attribute: [name, …], which may be empty for a path.
# With byItself: true a file that is a function is called without arguments, and each package set that it imports is
# told by a trace. The result:
#   form       how it can be: see below
#   attribute  of what the form gives, as names
#   takes      arguments of the function, where it is one
#   defaults   whether all of them have defaults
#   platform   that the image is for as it is, null where it cannot be told: { system, config, arch, abi }; system is null
#              where only the triple is known
#   built      system that builds it, where it is taken as it is written, and
#   cross      whether that is by a cross compiler
#   overlay    why the flake's overlay is not taken: "none", "unapplied" without a nixpkgs, "without" the attribute
#   crossSet   where in a flake the set is that has the attribute cross-compiled, as names; [] if none has
#   type       of what is no derivation, where the form is fixed
#   names      what one may name of a set of which nothing is named, or of a flake that lacks what is named
#   choice     what of a NixOS configuration was chosen, where it was only named: { taken, others }, what stands below
#              config.system.build, as lists of names; null elsewhere
{ request }:
let
  inherit (builtins) all attrNames attrValues concatLists concatStringsSep elem elemAt filter functionArgs fromJSON getFlake head import intersectAttrs isAttrs
    isFunction isString length match pathExists scopedImport split tail trace tryEval typeOf foldl';

  wanted = fromJSON request;
  inherit (wanted) attribute;
  drop = count: list: if count == 0 then list else drop (count - 1) (tail list);
  select = foldl' (set: name: set.${name});
  argumentsOf = value: if isFunction value then attrNames (functionArgs value) else [ ];
  isPackageSet = value: elem "localSystem" (argumentsOf value);

  # pkgsCross.riscv64.hello is hello, for another platform.
  isInCross = path: length path > 2 && head path == "pkgsCross";
  ofPackageSet = import': path:
    let set = import' (intersectAttrs (functionArgs import') { localSystem = { system = builtins.currentSystem; }; overlays = [ ]; config = { }; });
    in
    if isInCross path then
      { form = "package-set"; attribute = drop 2 path; platform = platformOf set.pkgsCross.${elemAt path 1}; }
    else
      { form = "package-set"; attribute = path; platform = null; };

  quietly = value: let tried = tryEval value; in if tried.success then tried.value else null;
  orNull = value: if isString value then value else null;
  cpuOf = text: head (split "-" text);

  # What configure is told of a derivation that names no stdenv.
  tripleOf = image:
    let
      told = map (match "--host=([^-]+-[^-]+-.+)") (filter isString (split "[ \n]+" (toString (image.configureFlags or ""))));
      triples = map head (filter (triple: triple != null) told);
    in
    if triples == [ ] || !isString (image.system or null) || cpuOf (head triples) == cpuOf image.system then null else head triples;
  ofFlags = image:
    let triple = if image ? stdenv then null else tripleOf image;
    in if triple == null then { system = image.system or null; } else { config = triple; };
  platformOf = image:
    let host = quietly (image.stdenv.hostPlatform or (ofFlags image));
    in
    if isAttrs host && !(host ? system) && host ? config then
      { system = null; inherit (host) config; arch = null; abi = null; }
    else if isAttrs host && isString (host.system or null) then
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

  namesOf = value: if isAttrs value && (value.type or null) != "derivation" then attrNames value else [ ];

  file = import wanted.path;
  # Whether it needs no argument but these.
  takes = names: all (name: elem name (argumentsOf file)) names && all (name: elem name names || (functionArgs file).${name}) (argumentsOf file);
  ofFile =
    if isPackageSet file then
      # A whole package set, as nixpkgs is: import it for any platform.
      ofPackageSet file attribute
    else if isFunction file then
      # { pkgs }: …, or { system }: …, or { stdenv, zlib }: …, as callPackage takes it
      {
        form =
          # pkgs: … has no named arguments.
          if argumentsOf file == [ ] || takes [ "pkgs" ] then
            "pkgs"
          else if takes [ "system" ] || takes [ "system" "crossSystem" ] then
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
      if (value.type or null) == "derivation" then writtenOf attribute value else
        { form = "fixed"; inherit attribute; platform = null; type = typeOf value; names = namesOf value; };

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
  # legacyPackages may be a whole nixpkgs for each system: not all are looked at.
  listings =
    let
      listed = set: systems: map (system: [ set system ]) (filter (system: flake.${set}.${system} ? ${head plain}) systems);
      isUsual = system: elem system [ builtins.currentSystem "riscv64-linux" ];
    in
    listed "packages" (attrNames (flake.packages or { })) ++ listed "legacyPackages" (filter isUsual (attrNames (flake.legacyPackages or { })));
  listedNames = set:
    let names = quietly (concatLists (map (system: namesOf (flake.${set}.${system} or null)) [ builtins.currentSystem "riscv64-linux" ]));
    in if names == null then [ ] else names;
  isListed = quietly (listings != [ ]) == true;
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
  # For what platform it is: as it is written, or as it is listed for one system only.
  found =
    if written != null then
      quietly (platformOf image)
    else if isListed && length listings == 1 then
      quietly (platformOf (select flake (head listings ++ plain)))
    else
      null;
  # The set that has it cross-compiled, where it is a package of the flake.
  crossSet =
    if written != null && elem (head written) [ "packages" "legacyPackages" ] && length written > 2 && quietly (isDerivation && isCross) == true then
      [ (head written) (elemAt written 1) ] ++ (if isInCross plain then [ "pkgsCross" (elemAt plain 1) ] else [ ])
    else
      [ ];
  configuration = flake.nixosConfigurations.${elemAt attribute 1};
  # What is written to a card or a stick comes before the system in it. Of what comes after, nothing is evaluated.
  build = configuration.config.system.build or { };
  has = name: quietly (build ? ${name}) == true;
  isImage = name: has name && quietly ((build.${name}.type or null) == "derivation") == true;
  fromFirstImage = names: if names == [ ] || isImage (head names) then names else fromFirstImage (tail names);
  images = fromFirstImage [ "sdImage" "isoImage" "image" ];
  chosen = if images == [ ] then "toplevel" else head images;
  # Since NixOS 25.05 each configuration has images of all kinds, made by modules that it has not got itself.
  variants = let names = if has "images" then quietly (attrNames build.images) else null; in if names == null then [ ] else names;
  choice = {
    taken = [ chosen ];
    others =
      map (name: [ name ]) (filter (name: name != chosen && has name) (images ++ [ "toplevel" "vm" ]))
      ++ map (name: [ "images" name ]) variants;
  };
  isOnlyNamed = drop 2 attribute == [ ];
  ofConfiguration = if isOnlyNamed then [ "config" "system" "build" chosen ] else drop 2 attribute;
  ofFlake =
    if first == "nixosConfigurations" && length attribute > 1 && !(configuration ? extendModules) then
      # No system of nixpkgs' lib: there is only that one.
      let path = [ first (elemAt attribute 1) ] ++ ofConfiguration;
      in writtenOf path (select flake path) // { choice = if isOnlyNamed then choice else null; }
    else if first == "nixosConfigurations" && length attribute > 1 then
      # A NixOS configuration: extend it by another platform.
      {
        form = "nixos";
        configuration = elemAt attribute 1;
        attribute = ofConfiguration;
        platform = quietly (platformOf configuration.pkgs);
        choice = if isOnlyNamed then choice else null;
      }
    else if isNixpkgs then
      ofPackageSet (import flake.outPath) plain
    else if
      overlay != null && flake.inputs ? nixpkgs && ((!isListed && !isElsewhere) || quietly (ofOverlay ? ${head plain}) == true)
    then
      # Its packages are an overlay on its nixpkgs, which is there for any platform.
      if isInCross plain then
        { form = "overlay"; attribute = drop 2 plain; platform = platformOf ofOverlay.pkgsCross.${elemAt plain 1}; }
      else
        { form = "overlay"; attribute = plain; platform = found; }
    else if crossSet != [ ] then
      { form = "outputs"; attribute = if isInCross plain then drop 2 plain else plain; platform = platformOf image; inherit crossSet; }
    else if written != null && quietly (isDerivation && isCross) == true then
      ofWritten
    else if !isElsewhere then
      # Only what it lists.
      {
        form = "outputs";
        attribute = plain;
        platform = found;
        names = if isListed || written != null then [ ] else concatLists (map listedNames [ "packages" "legacyPackages" ]);
        overlay = if overlay == null then "none" else if flake.inputs ? nixpkgs then "without" else "unapplied";
      }
    else if isDerivation then
      # Somewhere else in it: there is only that one.
      ofWritten
    else
      throw "${concatStringsSep "." written} is no derivation but of type ${typeOf image}";

  described = if wanted ? flake then ofFlake else ofFile;
  arguments = if wanted ? flake then [ ] else argumentsOf file;
in
{ configuration = null; choice = null; type = null; names = [ ]; }
// described
// (if wanted.byItself or false then { platform = platformOf (select byItself attribute); names = namesOf (select byItself attribute); } else { })
// {
  takes = arguments;
  defaults = arguments != [ ] && all (argument: argument) (attrValues (functionArgs file));
}
