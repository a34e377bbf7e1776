import { useParams } from "react-router";

import { CampaignProgress } from "../../../components/CampaignProgress";
import { StatusBadge } from "../../../components/StatusBadge";
import { useFormat } from "../../../lib/format";
import { problemText, useTranslation } from "../../../lib/i18n";
import { useLive } from "../../../lib/live";
import { ApiProblem } from "../../../lib/api-client";
import { usePublicCampaign, type PublicCampaign } from "../api/public-campaigns";
import { useCampaignTexts } from "../components/campaign-texts";
import { MissingNote } from "../components/MissingNote";
import "../locales/index";
import classes from "./EmbedPage.module.css";

/** One campaign's numbers for a frame on another site: nothing to press but the way to its page. */
export default function EmbedPage() {
  const { t } = useTranslation("public-stats");
  const id = Number(useParams()["id"]);
  const { refetchInterval } = useLive();
  const { data, error } = usePublicCampaign(id, refetchInterval);
  const isGone = error instanceof ApiProblem && error.status === 404;
  return (
    <main id="content" tabIndex={-1} className={classes.card}>
      {data ? (
        <Numbers campaign={data} />
      ) : (
        <p role="status" className={classes.note}>
          {error ? (isGone ? t("common:gone.title") : problemText(error)) : t("common:loading")}
        </p>
      )}
    </main>
  );
}

function Numbers({ campaign }: { campaign: PublicCampaign }) {
  const { t } = useTranslation("public-stats");
  const { formatNumber, formatPercent } = useFormat();
  const { times, missing } = useCampaignTexts(campaign);
  return (
    <>
      <StatusBadge status={campaign.status} />
      <h1 className={classes.name}>
        <a href={`/c/${campaign.id}`} target="_blank" rel="noreferrer">
          {campaign.name}
        </a>
      </h1>
      {campaign.total > 0 ? (
        <>
          <p className={classes.numbers}>
            <strong>{formatPercent(campaign.percent)}</strong>{" "}
            {t("common:progress", {
              sent: formatNumber(campaign.sent),
              total: formatNumber(campaign.total),
            })}
          </p>
          <CampaignProgress tally={campaign} />
          <MissingNote missing={missing} />
        </>
      ) : (
        <p className={classes.numbers}>{t("notFrozen")}</p>
      )}
      <p className={classes.note}>{times.join(" · ")}</p>
    </>
  );
}
