import { useTranslation } from "react-i18next";

import { useFormat } from "../../../lib/format";
import type { PublicPage } from "../api/public-campaigns";
import classes from "./Totals.module.css";

interface Props {
  /** Undefined while they load: the places stay, so that nothing jumps. */
  all: PublicPage | undefined;
  running: PublicPage | undefined;
}

export function Totals({ all, running }: Props) {
  const { t } = useTranslation("public-stats");
  const { formatNumber } = useFormat();
  const going = running?.results.filter((campaign) => campaign.status === "running");
  const rate = going?.reduce((sum, campaign) => sum + campaign.rate, 0);
  const show = (value: number | undefined) => (value === undefined ? "–" : formatNumber(value));
  return (
    <dl className={classes.totals} aria-label={t("totals.label")}>
      <div className={classes.total}>
        <dt>{t("totals.campaigns", { count: all?.count ?? 0 })}</dt>
        <dd>{show(all?.count)}</dd>
      </div>
      <div className={classes.total} data-live={(going && going.length > 0) || undefined}>
        <dt>{t("totals.running")}</dt>
        {/* More than a page of running ones: the count knows, the rows don't. */}
        <dd>{show(running?.next ? running.count : going?.length)}</dd>
      </div>
      <div className={classes.total}>
        <dt>{t("totals.rate")}</dt>
        <dd>{show(rate)}</dd>
      </div>
    </dl>
  );
}
