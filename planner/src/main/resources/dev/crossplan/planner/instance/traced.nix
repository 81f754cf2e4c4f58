# An `import` that evaluates as that of Nix does, and has it told at what is looked: by the file, and by all that it imports.
# Nix itself tells which files it evaluates and which paths it copies, not at what else it looks. Each look is a line:
#   trace: crossplan: SORT SEEN LENGTH NAME
# EvaluationTrace reads them and has the sorts; SEEN is what was seen, - where that is not told; LENGTH is that of NAME.
#
# `places`: files and folders that can be reached though a folder above them may not be listed, each as a list of names.
let
  inherit (builtins)
    all attrValues concatStringsSep deepSeq elem elemAt filter foldl' genList getContext groupBy hashString head intersectAttrs
    isAttrs isString length mapAttrs match readDir removeAttrs split storeDir stringLength substring tail toJSON trace
    unsafeDiscardStringContext;

  say = sort: seen: name: trace "crossplan: ${sort} ${seen} ${toString (stringLength name)} ${name}";
  unknown = name: say "unknown" "-" name;

  names = path: filter (part: isString part && part != "") (split "/" path);
  depthOfStore = length (names storeDir);

  isCommit = rev: isString rev && match "[0-9a-f]{40}([0-9a-f]{24})?" rev != null;
  # What is fetched is the same each time where a hash or a commit says what it is.
  fetch = name: isFixed: arguments:
    if isAttrs arguments && isFixed arguments then builtins.${name} arguments else unknown name (builtins.${name} arguments);
  hasHash = arguments: (arguments.sha256 or "") != "";
  hasCommit = arguments: isCommit (arguments.rev or "");

  leftOut = root: filter: path: type:
    if filter path type then true else say "left" (toString (stringLength root)) "${type} ${path}" false;

  tracing = places:
  let
    # Nix evaluates a file once, however often it is imported, but by `scopedImport` each time. So here is a tree of all files
    # there are, of which only that is evaluated which is asked for.
    node = type: path: places: {
      value = say "file" "-" path (builtins.scopedImport scope (/. + path));
      known = mapAttrs (name: below: node "unknown" "${path}/${name}" (map tail below)) (
        groupBy head (filter (place: place != [ ]) places)
      );
      listed =
        if type == "regular" || path == storeDir then # a store may be large, or refuse it
          { }
        else
          mapAttrs (name: type: node type "${path}/${name}" [ ]) (readDir (/. + path));
    };
    files = node "directory" "" places;
    step = at: name: if at == null then null else at.known.${name} or at.listed.${name} or null;

    # What files are evaluated with. Only what is known everywhere without `__` is so here: anything else would hide a name
    # that a `with` brings.
    scope = {
      inherit (traced) import scopedImport fetchGit fetchMercurial fetchTarball;
      builtins = traced;
    } // (if builtins ? fetchTree then { inherit (traced) fetchTree; } else { }) // prefixed;
    prefixed = builtins.listToAttrs (map (name: { name = "__${name}"; value = traced.${name}; }) known);
    known = builtins.attrNames (intersectAttrs builtins looking);

    # With those of a newer Nix of which it is not known here at what they look.
    traced = builtins // mapAttrs unknown (removeAttrs builtins (pure ++ known))
      // intersectAttrs builtins looking // { builtins = traced; };

    looking = {
      import = file:
        let
          path = toString file;
          # Else it has to be built first.
          isThere = all (each: each == { path = true; }) (attrValues (getContext path));
          parts = names (unsafeDiscardStringContext path);
          at = foldl' step files parts;
          ofStore = genList (elemAt parts) (depthOfStore + 1);
          # Its files may be elsewhere than its paths say: then Nix has to find them.
          isNew =
            length parts > depthOfStore && substring 0 (stringLength storeDir) path == storeDir && !(elem ofStore places)
            && builtins.pathExists (/. + unsafeDiscardStringContext path);
        in
        if isThere && at != null then
          at.value
        else if isThere && isNew then
          tracing (places ++ [ ofStore ]) file
        else
          looking.scopedImport { } file;
      scopedImport = own: file: say "file" "-" (toString file) (builtins.scopedImport (scope // own) file);

      readFile = file: let text = builtins.readFile file; in say "content" (hashString "sha256" text) (toString file) text;
      hashFile = type: file: say "content" (builtins.hashFile "sha256" file) (toString file) (builtins.hashFile type file);
      readDir = folder:
        let
          entries = builtins.readDir folder;
          lines = concatStringsSep "/" (attrValues (mapAttrs (name: type: "${type} ${name}") entries));
        in
        say "entries" (hashString "sha256" lines) (toString folder) entries;
      pathExists = path: let isThere = builtins.pathExists path; in say "kind" (toJSON isThere) (toString path) isThere;
      readFileType = path: let type = builtins.readFileType path; in say "kind" type (toString path) type;
      storePath = path: say "target" "-" (toString path) (builtins.storePath path);
      # For <name>, whose meaning another file may change that comes to be.
      findFile = entries: name:
        let
          look = entry:
            let
              prefix = entry.prefix or "";
              rest = if prefix == "" then "/${name}" else substring (stringLength prefix) (stringLength name) name;
              isMeant =
                prefix == "" || (substring 0 (stringLength prefix) name == prefix && elem (substring 0 1 rest) [ "" "/" ]);
              path = toString entry.path + rest;
            in
            if !isMeant then
              null
            else if substring 0 1 path == "/" then
              looking.pathExists path
            else
              unknown "findFile" null;
        in
        deepSeq (map look entries) (builtins.findFile entries name);

      filterSource = filter: path:
        say "copy" "-" (toString path) (builtins.filterSource (leftOut (toString path) filter) path);
      path = arguments:
        let root = toString arguments.path;
        in
        if hasHash arguments then
          builtins.path arguments
        else
          say "copy" "-" root (
            builtins.path (arguments // (if arguments ? filter then { filter = leftOut root arguments.filter; } else { }))
          );

      getEnv = name: say "variable" "-" name (builtins.getEnv name);
      currentTime = unknown "currentTime" builtins.currentTime;

      fetchurl = fetch "fetchurl" hasHash;
      fetchTarball = fetch "fetchTarball" hasHash;
      fetchGit = fetch "fetchGit" hasCommit;
      fetchMercurial = fetch "fetchMercurial" hasCommit;
      fetchTree = fetch "fetchTree" (arguments:
        (arguments.narHash or "") != ""
        || hasCommit arguments && elem arguments.type [ "git" "github" "gitlab" "hg" "sourcehut" ]);
      getFlake = reference: say "flake" "-" (toString reference) (builtins.getFlake reference);
      exec = arguments: unknown "exec" (builtins.exec arguments);
      importNative = file: name: unknown "importNative" (builtins.importNative file name);
    };
  in
  looking.import;

  # What these give follows from what they are given, and from Nix and its settings.
  pure = [
    "abort" "add" "addDrvOutputDependencies" "addErrorContext" "all" "any" "appendContext" "attrNames" "attrValues"
    "baseNameOf" "bitAnd" "bitOr" "bitXor" "break" "builtins" "catAttrs" "ceil" "compareVersions" "concatLists" "concatMap"
    "concatStringsSep" "convertHash" "currentSystem" "deepSeq" "derivation" "derivationStrict" "dirOf" "div" "elem" "elemAt"
    "false" "fetchClosure" "filter" "filterAttrs" "flakeRefToString" "floor" "foldl'" "fromJSON" "fromTOML" "functionArgs"
    "genList" "genericClosure" "getAttr" "getContext" "groupBy" "hasAttr" "hasContext" "hashString" "head" "intersectAttrs"
    "isAttrs" "isBool" "isFloat" "isFunction" "isInt" "isList" "isNull" "isPath" "isString" "langVersion" "length" "lessThan"
    "listToAttrs" "map" "mapAttrs" "match" "mul" "nixPath" "nixVersion" "null" "outputOf" "parseDrvName" "parseFlakeRef"
    "partition" "placeholder" "removeAttrs" "replaceStrings" "seq" "sort" "split" "splitVersion" "storeDir" "stringLength"
    "sub" "substring" "tail" "throw" "toFile" "toJSON" "toPath" "toString" "toXML" "trace" "traceVerbose" "true" "tryEval"
    "typeOf" "unsafeDiscardOutputDependency" "unsafeDiscardStringContext" "unsafeGetAttrPos" "warn" "zipAttrsWith"
  ];
in
tracing
