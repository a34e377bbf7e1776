
import { chooseColorScheme, useColorScheme } from "../lib/color-scheme";
import { useTranslation } from "../lib/i18n";
import classes from "./ThemeSwitch.module.css";

export function ThemeSwitch() {
  const { t } = useTranslation();
  const isDark = useColorScheme() === "dark";
  return (
    <button
      type="button"
      className={classes.switch}
      aria-label={t(isDark ? "theme.toLight" : "theme.toDark")}
      onClick={() => chooseColorScheme(isDark ? "light" : "dark")}
    >
      <svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" aria-hidden="true">
        {isDark ? (
          <>
            <circle cx="12" cy="12" r="4" />
            <path d="M12 3v1.500M12 19.500V21M3 12h1.500M19.500 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100" />
          </>
        ) : (
          <path d="M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z" strokeLinejoin="round" />
        )}
      </svg>
    </button>
  );
}
