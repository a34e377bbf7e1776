
import { CampaignProgress } from "../../../components/CampaignProgress";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { DELIVERY_STATUSES, type Campaign } from "../api/types";
import classes from "./CampaignNumbers.module.css";

/** The whole audience as one bar, and what each part of it is. */
export function TallyBar({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const { formatNumber } = useFormat();
  const { tally, status, audience_frozen: isFrozen } = campaign;
  if (tally.total === 0) {
    const isFreezing = status === "running" && !isFrozen;
    return <p className={classes.quiet}>{t(isFreezing ? "page.freezing" : "page.notStarted")}</p>;
  }
  return (
    <>
      <CampaignProgress tally={tally} />
      <ul className={classes.legend} aria-label={t("page.byStatus")}>
        {DELIVERY_STATUSES.map((each) => (
          <li key={each} data-zero={tally[each] === 0 || undefined}>
            <span
              className={classes.swatch}
              data-segment={each}
              data-running={status === "running" || undefined}
              aria-hidden="true"
            />
            {common(`delivery.${each}`)} <strong>{formatNumber(tally[each])}</strong>
          </li>
        ))}
      </ul>
    </>
  );
}
