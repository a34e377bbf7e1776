// Runs before the first paint: colour scheme, language and kind of page, so that nothing flashes. A file
// of its own, since the content security policy refuses inline scripts.
(function () {
  var root = document.documentElement;
  var query = new URLSearchParams(location.search);
  var scheme = null;
  var language = null;
  try {
    scheme = localStorage.getItem("posthorn-color-scheme");
    language = localStorage.getItem("posthorn-language");
  } catch {
    // Storage is denied: the system's choice is good enough.
  }
  // A wall screen or a frame says in its address how it shall look.
  scheme = query.get("theme") || scheme;
  if (scheme !== "light" && scheme !== "dark") {
    scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  language = query.get("lang") || language;
  if (language !== "en" && language !== "ru") {
    language = "en";
    for (var wish of navigator.languages) {
      wish = wish.split("-")[0];
      if (wish !== "en" && wish !== "ru") continue;
      language = wish;
      break;
    }
  }
  root.setAttribute("data-mantine-color-scheme", scheme);
  root.lang = language;
  // Only the public list has a first paint of its own; index.html holds it.
  if (location.pathname === "/" && query.get("wall") === null) root.setAttribute("data-first-paint", "");
})();
