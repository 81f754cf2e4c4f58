# Evaluates attributes of one `import nixpkgs {…}`; with --read-write-mode the store has their .drv files afterwards.
#
# `request` is JSON. All that a manifest says comes through it, as strings: nothing of it is read as Nix code.
#   { source: {kind: …, …}, arguments: {localSystem: …, …}, overlays: [file, …], attributes: [[name, …], …], mode: "…" }
# The result has an element for each attribute, in their order:
#   { drvPath: "…" }  or  { error: "…" };  error is null where `throw` or `assert` stopped it, for Nix keeps their message
# `mode`: "catch" as above; with "fail" `throw` and `assert` stop the evaluation, and so tell their message; with "list"
# attributes are sets, [] being all packages, and the result is the names that each has, none where it is no set; with
# "source" the result is the path of nixpkgs, and nothing of it is evaluated; with "jobs" the result is for nix-eval-jobs: the
# derivations themselves, job0 and so on by the number of their attribute.
#
# `tracing`: a folder with traced.nix and the places.json that it is given, so that it is told what is looked at.
{ request, tracing ? "" }:
let
  inherit (builtins) fromJSON readFile isAttrs tryEval foldl' map typeOf;

  wanted = fromJSON request;
  inherit (wanted) source;

  nixpkgs = {
    path = _: source.path;
    search = _: builtins.findFile builtins.nixPath source.name;
    tarball = _: builtins.fetchTarball source.url;
    flake = _: (builtins.getFlake source.reference).outPath;
    git = _: builtins.fetchGit { inherit (source) url rev; allRefs = true; } + source.folder;
  }.${source.kind} null;

  load = if tracing == "" then import else import (tracing + "/traced.nix") (fromJSON (readFile (tracing + "/places.json")));

  # Without config and overlays nixpkgs takes those of the user's home folder, and the plan is another for each user.
  pkgs = load nixpkgs (wanted.arguments // { config = { }; overlays = map load wanted.overlays; });

  select = foldl' (set: name: set.${name}) pkgs;
  isThere = path:
    (foldl'
      (at: name: if at.there && isAttrs at.set && at.set ? ${name} then { there = true; set = at.set.${name}; } else { there = false; set = null; })
      { there = true; set = pkgs; }
      path).there;

  evaluated = path:
    let value = select path;
    in
    if !isThere path then
      { error = "there is no such attribute"; missing = true; }
    else if value.type or null != "derivation" then
      { error = "it is no derivation but of type ${typeOf value}"; missing = true; }
    else
      { inherit (value) drvPath; };

  caught = path:
    let tried = tryEval (let result = evaluated path; in builtins.deepSeq result result);
    in if tried.success then tried.value else { error = null; };

  # What stops one of them is caught and told by nix-eval-jobs.
  jobs = paths:
    builtins.listToAttrs (
      builtins.genList
        (number: {
          name = "job${toString number}"; # a number alone would be an index
          value =
            let
              path = builtins.elemAt paths number;
              value = select path;
            in
            if !isThere path then
              throw "there is no such attribute"
            else if value.type or null != "derivation" then
              throw "it is no derivation but of type ${typeOf value}"
            else
              value;
        })
        (builtins.length paths)
    );

  names = path:
    let tried = tryEval (isThere path && isAttrs (select path));
    in if tried.success && tried.value then builtins.attrNames (select path) else [ ];
in
if wanted.mode == "source" then
  toString nixpkgs
else if wanted.mode == "jobs" then
  builtins.seq pkgs (jobs wanted.attributes)
else
  builtins.seq pkgs (map { catch = caught; fail = evaluated; list = names; }.${wanted.mode} wanted.attributes)
