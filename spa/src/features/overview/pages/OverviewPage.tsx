import { Alert, Anchor } from "@mantine/core";
import { useId, type ReactNode } from "react";
import { Link } from "react-router";

import type { components } from "../../../api-schema";
import { CampaignProgress } from "../../../components/CampaignProgress";
import { ErrorState, OfflineState } from "../../../components/ErrorState";
import { LoadingState } from "../../../components/LoadingState";
import { PageHeader } from "../../../components/PageHeader";
import { StatusBadge } from "../../../components/StatusBadge";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useOverview } from "../api/get-overview";
import "../locales/index";
import classes from "./OverviewPage.module.css";

type Overview = components["schemas"]["Overview"];
type Row = components["schemas"]["CampaignListItem"];

/** What goes on, and what needs somebody. */
export default function OverviewPage() {
  const { t } = useTranslation("overview");
  const { data, error, fetchStatus, refetch } = useOverview();
  return (
    <>
      <PageHeader title={t("title")} />
      {data ? (
        <Shown overview={data} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : fetchStatus === "paused" ? (
        <OfflineState />
      ) : (
        <LoadingState />
      )}
    </>
  );
}

function Shown({ overview }: { overview: Overview }) {
  const { t } = useTranslation("overview");
  const { formatDate, formatNumber, formatDuration } = useFormat();
  return (
    <>
      {!overview.workers && (
        <Alert color="red" mb="lg" role="alert" title={t("noWorkers")}>
          {t("noWorkersText")}
        </Alert>
      )}
      <Numbers overview={overview} />
      {overview.attention.length > 0 && (
        <Section title={t("attention")}>
          <Rows
            rows={overview.attention}
            say={(row) => [
              row.stop_reason,
              row.tally.unknown > 0 && t("unknown", { formatted: formatNumber(row.tally.unknown) }),
              row.tally.failed > 0 && t("failed", { formatted: formatNumber(row.tally.failed) }),
            ]}
          />
        </Section>
      )}
      <Section title={t("running")}>
        {overview.running.length === 0 ? (
          <p className={classes.quiet}>{t("nothingRuns")}</p>
        ) : (
          <Rows
            rows={overview.running}
            say={({ tally, rate, eta_seconds: eta }) => [
              t("sentOf", { sent: formatNumber(tally.sent), total: formatNumber(tally.total) }),
              t("rate", { rate: formatNumber(rate) }),
              eta !== null && t("left", { duration: formatDuration(eta) }),
            ]}
          />
        )}
      </Section>
      {overview.coming.length > 0 && (
        <Section title={t("coming")}>
          <Rows
            rows={overview.coming}
            say={({ scheduled_at: at }) => [at !== null && formatDate(at)]}
          />
        </Section>
      )}
    </>
  );
}

function isToday(at: string): boolean {
  return new Date(at).toDateString() === new Date().toDateString();
}

function Numbers({ overview: { sent, audience } }: { overview: Overview }) {
  const { t } = useTranslation("overview");
  const { formatNumber } = useFormat();
  const sum = (hours: typeof sent) => hours.reduce((all, hour) => all + hour.sent, 0);
  const today = sum(sent.filter(({ at }) => isToday(at)));
  const facts = [
    { key: "today", value: today, more: null },
    { key: "week", value: sum(sent), more: null },
    { key: "subscribers", value: audience.subscribers, more: audience.new_subscribers },
    { key: "suppressions", value: audience.suppressions, more: audience.new_suppressions },
  ];
  return (
    <dl className={classes.numbers}>
      {facts.map(({ key, value, more }) => (
        <div key={key}>
          <dt>{t(key)}</dt>
          <dd>
            {formatNumber(value)}
            {more !== null && more > 0 && (
              <span className={classes.more}>{t("more", { formatted: formatNumber(more) })}</span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes.section}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

interface RowsProps {
  rows: readonly Row[];
  say: (row: Row) => (string | false)[];
}

function Rows({ rows, say }: RowsProps) {
  return (
    <ul className={classes.rows}>
      {rows.map((row) => (
        <li key={row.id}>
          <div className={classes.head}>
            <Anchor component={Link} to={`/manage/campaigns/${row.id}`}>
              {row.name}
            </Anchor>
            <StatusBadge status={row.status} />
          </div>
          {row.tally.total > 0 && <CampaignProgress tally={row.tally} />}
          <p className={classes.quiet}>{say(row).filter(Boolean).join(" · ")}</p>
        </li>
      ))}
    </ul>
  );
}
