import { useTranslation } from "react-i18next";

import { chooseLanguage, LANGUAGES } from "../lib/i18n";
import classes from "./LanguageSwitch.module.css";

export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <div className={classes.group} role="group" aria-label={t("language.label")}>
      {LANGUAGES.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          className={classes.choice}
          aria-pressed={i18n.language === language}
          aria-label={t(`language.${language}`)}
          onClick={() => void chooseLanguage(language)}
        >
          {language.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
