import { Link, useParams, useSearchParams } from "react-router";

import { CampaignProgress } from "../../../components/CampaignProgress";
import { ErrorState } from "../../../components/ErrorState";
import { LiveNote } from "../../../components/LiveNote";
import { LoadingState } from "../../../components/LoadingState";
import { PageHeader } from "../../../components/PageHeader";
import { PlainLink } from "../../../components/PlainButton";
import { StatusBadge } from "../../../components/StatusBadge";
import { TimelineChart } from "../../../components/TimelineChart";
import { ApiProblem } from "../../../lib/api-client";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useLive } from "../../../lib/live";
import {
  usePublicCampaign,
  usePublicTimeline,
  type PublicCampaign,
} from "../api/public-campaigns";
import { roughly, useCampaignTexts } from "../components/campaign-texts";
import { MissingNote } from "../components/MissingNote";
import { Share } from "../components/Share";
import "../locales/index";
import classes from "./PublicCampaignPage.module.css";

export default function PublicCampaignPage() {
  const { t } = useTranslation("public-stats");
  const id = Number(useParams()["id"]);
  const [params] = useSearchParams();
  const { refetchInterval } = useLive();
  const { data, error, refetch } = usePublicCampaign(id, refetchInterval);
  if (!data && error instanceof ApiProblem && error.status === 404) {
    return (
      <>
        <PageHeader title={t("common:gone.title")} description={t("common:gone.text")} />
        <PlainLink to="/">{t("back")}</PlainLink>
      </>
    );
  }
  if (!data && error) {
    return (
      <>
        <PageHeader title={t("title")} />
        <ErrorState error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  if (!data) return <LoadingState />;
  const isWall = params.has("wall");
  return (
    <div className={classes.page} data-wall={isWall || undefined}>
      {!isWall && (
        <p className={classes.back}>
          <Link to="/">{t("back")}</Link>
        </p>
      )}
      <StatusBadge status={data.status} />
      <Campaign campaign={data} />
      {!isWall && <Share id={data.id} name={data.name} />}
    </div>
  );
}

function Campaign({ campaign }: { campaign: PublicCampaign }) {
  const { t } = useTranslation("public-stats");
  const { formatNumber, formatPercent } = useFormat();
  const { times, missing } = useCampaignTexts(campaign);
  const running = campaign.status === "running";
  return (
    <>
      <PageHeader title={campaign.name} description={times[0]} />
      <LiveNote />
      {campaign.total > 0 ? (
        <section
          className={classes.numbers}
          data-running={running || undefined}
          aria-label={t("numbers")}
        >
          <p className={classes.percent}>{formatPercent(campaign.percent)}</p>
          <p className={classes.of}>
            {t("common:progress", {
              sent: formatNumber(campaign.sent),
              total: formatNumber(campaign.total),
            })}
          </p>
          <CampaignProgress tally={campaign} />
          <MissingNote missing={missing} />
        </section>
      ) : (
        <p className={classes.uncounted}>{t("notFrozen")}</p>
      )}
      <Facts campaign={campaign} />
      {campaign.total > 0 && <Timeline id={campaign.id} running={running} />}
    </>
  );
}

function Facts({ campaign }: { campaign: PublicCampaign }) {
  const { t } = useTranslation("public-stats");
  const { formatNumber, formatDate, formatDuration } = useFormat();
  const running = campaign.status === "running";
  const facts: [string, string][] = [];
  if (running) facts.push(["rate", formatNumber(campaign.rate)]);
  if (running && campaign.eta_seconds !== null) {
    facts.push(["eta", formatDuration(roughly(campaign.eta_seconds))]);
  }
  for (const moment of ["scheduled", "started", "stopped", "finished", "cancelled"] as const) {
    const at = campaign[`${moment}_at`];
    if (at) facts.push([moment, formatDate(at)]);
  }
  if (facts.length === 0) return null;
  return (
    <dl className={classes.facts}>
      {facts.map(([name, text]) => (
        <div key={name}>
          <dt>{t(`fact.${name}`)}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Timeline({ id, running }: { id: number; running: boolean }) {
  const { t } = useTranslation("public-stats");
  const { data, error, refetch } = usePublicTimeline(id, running);
  return (
    <section className={classes.chart} aria-labelledby="timeline">
      <h2 id="timeline">{t("timeline.title")}</h2>
      {!data && error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && <TimelineChart timeline={data} empty={t("timeline.empty")} />}
    </section>
  );
}
