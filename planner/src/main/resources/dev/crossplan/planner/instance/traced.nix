# An `import` that evaluates as that of Nix does, and has it told at what is looked: by the file, and by all that it imports.
# Nix itself tells which files it evaluates and which paths it copies, not at what else it looks. Each look is a line:
#   trace: crossplan: SORT SEEN LENGTH NAME
# EvaluationTrace reads them and has the sorts; SEEN is what was seen, - where that is not told; LENGTH is that of NAME.
#
# `places`: files and folders that can be reached though a folder above them may not be listed, each as a list of names.
let
  inherit (builtins)
    all attrNames attrValues concatLists concatStringsSep deepSeq elem elemAt filter foldl' genList getContext groupBy hashString
    head intersectAttrs isAttrs isString length listToAttrs mapAttrs match pathExists readDir removeAttrs seq split storeDir
    stringLength substring tail toJSON trace unsafeDiscardStringContext;

  say = sort: seen: name: trace "crossplan: ${sort} ${seen} ${toString (stringLength name)} ${name}";
  unknown = name: say "unknown" "-" name;

  names = path: filter (part: isString part && part != "") (split "/" path);

  # A function of names in the store that makes what it gives once for each name. All the memory that the language has is in
  # values, which are evaluated when they are asked for: so this is a tree of all names that there may be, letter by letter,
  # of which only that comes to be which is asked for. A name that the store cannot have gives null.
  onceForEach = make:
    let
      node = name: {
        value = make name;
        below = branches (letter: node (name + letter));
      };
      top = node "";
      none = { value = null; below = { }; };
    in
    name: (foldl' (at: letter: at.below.${rowOf.${letter} or ""}.${letter} or none) top (letters name)).value;
  letters = text: genList (at: substring at 1 text) (stringLength text);
  # The letters of such names, in rows: a node takes memory for all rows, and for the letters of those that are gone into.
  # Written out, as `mapAttrs` takes twice as much.
  branches = to: {
    r0 = { "0" = to "0"; "1" = to "1"; "2" = to "2"; "3" = to "3"; "4" = to "4"; "5" = to "5"; "6" = to "6"; "7" = to "7"; };
    r1 = { "8" = to "8"; "9" = to "9"; a = to "a"; b = to "b"; c = to "c"; d = to "d"; e = to "e"; f = to "f"; };
    r2 = { g = to "g"; h = to "h"; i = to "i"; j = to "j"; k = to "k"; l = to "l"; m = to "m"; n = to "n"; };
    r3 = { o = to "o"; p = to "p"; q = to "q"; r = to "r"; s = to "s"; t = to "t"; u = to "u"; v = to "v"; };
    r4 = { w = to "w"; x = to "x"; y = to "y"; z = to "z"; A = to "A"; B = to "B"; C = to "C"; D = to "D"; };
    r5 = { E = to "E"; F = to "F"; G = to "G"; H = to "H"; I = to "I"; J = to "J"; K = to "K"; L = to "L"; };
    r6 = { M = to "M"; N = to "N"; O = to "O"; P = to "P"; Q = to "Q"; R = to "R"; S = to "S"; T = to "T"; };
    r7 = { U = to "U"; V = to "V"; W = to "W"; X = to "X"; Y = to "Y"; Z = to "Z"; "+" = to "+"; "-" = to "-"; };
    r8 = { "." = to "."; "_" = to "_"; "?" = to "?"; "=" = to "="; };
  };
  rowOf = listToAttrs (concatLists (attrValues (
    mapAttrs (row: inRow: map (letter: { name = letter; value = row; }) (attrNames inRow)) (branches (_: null))
  )));

  isCommit = rev: isString rev && match "[0-9a-f]{40}([0-9a-f]{24})?" rev != null;
  # What is fetched is the same each time where a hash or a commit says what it is.
  fetch = name: isFixed: arguments:
    if isAttrs arguments && isFixed arguments then builtins.${name} arguments else unknown name (builtins.${name} arguments);
  hasHash = arguments: (arguments.sha256 or "") != "";
  hasCommit = arguments: isCommit (arguments.rev or "");

  leftOut = root: filter: path: type:
    if filter path type then true else say "left" (toString (stringLength root)) "${type} ${path}" false;

  # Nix does not tell of its own functions where they are written.
  withoutPlaces = mapAttrs (_: value: value);

  tracing = places:
  let
    # Nix evaluates a file once, however often it is imported, but by `scopedImport` each time. So here is a tree of all files
    # there are, of which only that is evaluated which is asked for. `scope` is what files are evaluated with.
    node = scope: type: path: places:
      let
        known = mapAttrs (name: below: node scope "unknown" "${path}/${name}" (map tail below)) (
          groupBy head (filter (place: place != [ ]) places)
        );
        listed =
          if type == "regular" then { } else mapAttrs (name: type: node scope type "${path}/${name}" [ ]) (readDir (/. + path));
      in
      {
        value = say "file" "-" path (builtins.scopedImport scope (/. + path));
        # A store may be large, or refuse to be listed, and while Nix evaluates it gets what it had not before.
        below = if path == storeDir then inStore else name: known.${name} or listed.${name} or null;
      };
    files = node scope "directory" "" (places ++ [ (names storeDir) ]);
    step = at: name: if at == null then null else at.below name;

    inStore = onceForEach (name:
      let
        path = "${storeDir}/${name}";
        tree = node (scopeWithin { inherit tree; prefix = "${path}/"; }) "unknown" path [ ];
      in
      # Its files may be elsewhere than their paths say: then Nix has to find them.
      if pathExists (/. + path) then tree else null);

    # Only what is known everywhere without `__` is so here: anything else would hide a name that a `with` brings.
    scope = { builtins = traced; } // listToAttrs (
      map (name: { name = if elem name bare then name else "__${name}"; value = traced.${name}; })
        (attrNames (removeAttrs builtins pure))
    );
    bare = [ "fetchGit" "fetchMercurial" "fetchTarball" "fetchTree" "import" "scopedImport" ];
    # For files of a path in the store, which mostly import others of it: these are soon found.
    scopeWithin = own:
      let changed = withoutPlaces { import = importBy own; builtins = traced // changed; };
      in scope // changed;

    # With those of a newer Nix of which it is not known here at what they look.
    traced = builtins // withoutPlaces (
      mapAttrs unknown (removeAttrs builtins (pure ++ attrNames looking))
      // intersectAttrs builtins looking // { builtins = traced; }
    );

    importBy = own: file:
      let
        text = toString file;
        # What has to be built first is built by this.
        isBuilt = all (each: each == { path = true; }) (attrValues (getContext text)) || seq (pathExists file) true;
        path = toString (/. + unsafeDiscardStringContext text);
        ownLength = stringLength own.prefix;
        at =
          if own != null && substring 0 ownLength path == own.prefix then
            foldl' step own.tree (names (substring ownLength (stringLength path) path))
          else
            foldl' step files (names path);
      in
      if substring 0 1 text == "/" && isBuilt && at != null then at.value else looking.scopedImport { } file;

    looking = {
      import = importBy null;
      scopedImport = own: file: say "file" "-" (toString file) (builtins.scopedImport (scope // own) file);

      readFile = file: let text = builtins.readFile file; in say "content" (hashString "sha256" text) (toString file) text;
      hashFile = type: file: say "content" (builtins.hashFile "sha256" file) (toString file) (builtins.hashFile type file);
      readDir = folder:
        let
          entries = builtins.readDir folder;
          lines = concatStringsSep "/" (attrValues (mapAttrs (name: type: "${type} ${name}") entries));
        in
        say "entries" (hashString "sha256" lines) (toString folder) entries;
      pathExists = path: let isThere = pathExists path; in say "kind" (toJSON isThere) (toString path) isThere;
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
