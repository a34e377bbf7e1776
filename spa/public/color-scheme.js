// Sets the colour scheme and the language before the first paint, so that nothing flashes.
(function () {
  var root = document.documentElement;
  var scheme = null;
  var language = null;
  try {
    scheme = localStorage.getItem("posthorn-color-scheme");
    language = localStorage.getItem("posthorn-language");
  } catch {
    // Storage is denied: the system's choice is good enough.
  }
  if (scheme !== "light" && scheme !== "dark") {
    scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  root.setAttribute("data-mantine-color-scheme", scheme);
  if (language) root.lang = language;
})();
