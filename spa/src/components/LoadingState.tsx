import { useTranslation } from "../lib/i18n";
import classes from "./LoadingState.module.css";

export function LoadingState() {
  const { t } = useTranslation();
  return (
    <div className={classes.state} role="status" aria-label={t("loading")}>
      <span className={classes.dot} />
      <span className={classes.dot} />
      <span className={classes.dot} />
    </div>
  );
}
