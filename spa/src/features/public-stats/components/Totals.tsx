import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import type { PublicTotals } from "../api/public-campaigns";
import classes from "./Totals.module.css";

/** `totals` are undefined while they load: the places stay, so that nothing jumps. */
export function Totals({ totals }: { totals: PublicTotals | undefined }) {
  const { t } = useTranslation("public-stats");
  const { formatNumber } = useFormat();
  const show = (value: number | undefined) => (value === undefined ? "–" : formatNumber(value));
  return (
    <dl className={classes.totals} aria-label={t("totals.label")}>
      <div className={classes.total} data-live={Boolean(totals?.running) || undefined}>
        <dt>{t("totals.running")}</dt>
        <dd>{show(totals?.running)}</dd>
      </div>
      <div className={classes.total}>
        <dt>{t("totals.rate")}</dt>
        <dd>{show(totals?.rate)}</dd>
      </div>
      <div className={classes.total}>
        <dt>{t("totals.sent", { count: totals?.sent ?? 0 })}</dt>
        <dd>{show(totals?.sent)}</dd>
      </div>
    </dl>
  );
}
