import { useState } from "react";

import { ChoiceFilter } from "../../../components/ChoiceFilter";
import { DataTable, type Column } from "../../../components/DataTable";
import { DownloadButton } from "../../../components/DownloadButton";
import { EmptyState } from "../../../components/EmptyState";
import { ErrorState, OfflineState } from "../../../components/ErrorState";
import { PageControl } from "../../../components/PageControl";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useFeedbackList } from "../api/list-feedback";
import { FEEDBACK_KINDS, type Campaign, type Feedback, type FeedbackKind } from "../api/types";
import numbers from "./CampaignNumbers.module.css";
import classes from "./Deliveries.module.css";
import { Panel } from "./Panel";

const COLUMNS = ["bounced", "complained", "unsubscribed"] as const;

/** Bounces, complaints and unsubscribes. The address holds what the ledger beside it shows. */
export function CampaignFeedback({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaigns");
  const { formatNumber } = useFormat();
  const [kind, setKind] = useState<FeedbackKind[]>([]);
  const [page, setPage] = useState(1);
  return (
    <Panel
      title={t("feedback.title")}
      actions={
        <DownloadButton
          path={`/api/v1/campaigns/${campaign.id}/feedback/export/`}
          fileName={`campaign-${campaign.id}-feedback.csv`}
        >
          {t("feedback.download")}
        </DownloadButton>
      }
    >
      <dl className={numbers.numbers} aria-label={t("feedback.title")}>
        {COLUMNS.map((column) => (
          <div key={column} className={numbers.number}>
            <dt>{t(`feedback.${column}`)}</dt>
            <dd>{formatNumber(campaign[column])}</dd>
          </div>
        ))}
      </dl>
      <ChoiceFilter
        label={t("feedback.kindFilter")}
        anyLabel={t("feedback.kindAny")}
        choices={FEEDBACK_KINDS}
        labelOf={(choice) => t(`feedback.${choice}`)}
        value={kind}
        onChange={(next) => {
          setKind(FEEDBACK_KINDS.filter((known) => next.includes(known)));
          setPage(1);
        }}
      />
      <Rows id={campaign.id} kind={kind} page={page} onPage={setPage} />
    </Panel>
  );
}

interface RowsProps {
  id: number;
  kind: FeedbackKind[];
  page: number;
  onPage: (page: number) => void;
}

function Rows({ id, kind, page, onPage }: RowsProps) {
  const { t } = useTranslation("campaigns");
  const { formatNumber } = useFormat();
  const { data, error, fetchStatus, refetch } = useFeedbackList(id, { page, kind });
  const columns = useColumns();
  if (!data && error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data && fetchStatus === "paused") return <OfflineState />;
  if (data?.count === 0) {
    return kind.length > 0 ? (
      <EmptyState title={t("feedback.noMatch")} />
    ) : (
      <EmptyState title={t("feedback.empty")} text={t("feedback.emptyText")} />
    );
  }
  return (
    <>
      <DataTable
        caption={t("feedback.table")}
        columns={columns}
        rows={data?.results}
        rowKey={(row) => row.id}
      />
      {data && (
        <PageControl
          label={t("feedback.pages")}
          summary={t("feedback.count", { count: data.count, formatted: formatNumber(data.count) })}
          count={data.count}
          page={page}
          onChange={onPage}
        />
      )}
    </>
  );
}

function useColumns(): [Column<Feedback>, ...Column<Feedback>[]] {
  const { t } = useTranslation("campaigns");
  const { formatDate } = useFormat();
  return [
    { id: "email", header: t("feedback.email"), renderCell: ({ email }) => email },
    { id: "kind", header: t("feedback.kind"), renderCell: ({ kind }) => t(`feedback.${kind}`) },
    { id: "at", header: t("feedback.at"), renderCell: ({ at }) => formatDate(at) },
    {
      id: "detail",
      header: t("feedback.detail"),
      wide: true,
      renderCell: ({ detail }) =>
        detail === "" ? null : <span className={classes.detail}>{detail}</span>,
    },
  ];
}
