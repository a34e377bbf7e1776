
import { useTranslation } from "../lib/i18n";
import { useLive } from "../lib/live";
import classes from "./LiveNote.module.css";

/** Says that the numbers don't come live just now. Always there, so that readers hear it. */
export function LiveNote() {
  const { connected } = useLive();
  const { t } = useTranslation();
  return (
    <div aria-live="polite" role="status">
      {!connected && <p className={classes.note}>{t("live.lost")}</p>}
    </div>
  );
}
