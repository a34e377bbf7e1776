import { useSearchParams } from "react-router";

import { EmptyState } from "../../../components/EmptyState";
import { ErrorState } from "../../../components/ErrorState";
import { LiveNote } from "../../../components/LiveNote";
import { PageHeader } from "../../../components/PageHeader";
import { PlainButton } from "../../../components/PlainButton";
import { useTranslation } from "../../../lib/i18n";
import { useLive } from "../../../lib/live";
import {
  usePublicCampaigns,
  usePublicTotals,
  type PublicFilter,
  type PublicPage,
} from "../api/public-campaigns";
import { CampaignRow } from "../components/CampaignRow";
import { Filters, STATUSES } from "../components/Filters";
import { Pages } from "../components/Pages";
import { Totals } from "../components/Totals";
import "../locales/index";
import classes from "./PublicStatsPage.module.css";

const PAGE_SIZE = 20;

export default function PublicStatsPage() {
  const { t } = useTranslation("public-stats");
  const [params, setParams] = useSearchParams();
  const search = params.get("search") ?? "";
  const status = STATUSES.find((known) => known === params.get("status")) ?? null;
  const page = Math.max(1, Number.parseInt(params.get("page") ?? "1", 10) || 1);

  /** The URL holds what is shown; another search or status begins at its first page. */
  function show(change: Record<string, string | null>) {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [key, value] of Object.entries({ page: null, ...change })) {
          if (value) after.set(key, value);
          else after.delete(key);
        }
        return after;
      },
      { replace: "search" in change },
    );
  }

  return (
    <div className={classes.page} data-wall={params.has("wall") || undefined}>
      <PageHeader title={t("title")} description={t("lead")} actions={<LiveTotals />} />
      <LiveNote />
      {!params.has("wall") && (
        <Filters
          search={search}
          status={status}
          onSearch={(text) => show({ search: text })}
          onStatus={(choice) => show({ status: choice })}
        />
      )}
      <Campaigns
        page={page}
        filter={{ ...(search && { search }), ...(status && { status: [status] }) }}
        show={show}
      />
    </div>
  );
}

// Each of these two listens to its own numbers, so that an event draws no more than what it moves.
function LiveTotals() {
  const { refetchInterval } = useLive();
  const { data } = usePublicTotals(refetchInterval);
  return <Totals totals={data} />;
}

interface CampaignsProps {
  page: number;
  filter: PublicFilter;
  show: (change: Record<string, string | null>) => void;
}

function Campaigns({ page, filter, show }: CampaignsProps) {
  const { refetchInterval } = useLive();
  const { data, error, isPending, refetch } = usePublicCampaigns(
    { page, page_size: PAGE_SIZE, ...filter },
    refetchInterval,
  );
  if (isPending) return <Loading />;
  if (!data) {
    return <ErrorState error={error} onRetry={() => (page > 1 ? show({}) : void refetch())} />;
  }
  if (data.results.length === 0) {
    const isFiltered = Object.keys(filter).length > 0;
    return (
      <Nothing
        {...(isFiltered && { onShowAll: () => show({ search: null, status: null }) })}
      />
    );
  }
  return (
    <>
      <List campaigns={data} />
      {data.count > PAGE_SIZE && (
        <Pages
          page={page}
          last={Math.ceil(data.count / PAGE_SIZE)}
          onPage={(next) => show({ page: String(next) })}
        />
      )}
    </>
  );
}

function Loading() {
  const { t } = useTranslation("public-stats");
  return (
    <div role="status" aria-label={t("loading")}>
      {[0, 1, 2, 3].map((row) => (
        <div key={row} className={classes.loading} />
      ))}
    </div>
  );
}

function Nothing({ onShowAll }: { onShowAll?: () => void }) {
  const { t } = useTranslation("public-stats");
  if (!onShowAll) return <EmptyState title={t("noneYet.title")} text={t("noneYet.text")} />;
  return (
    <EmptyState
      title={t("noMatch.title")}
      text={t("noMatch.text")}
      action={<PlainButton onClick={onShowAll}>{t("noMatch.clear")}</PlainButton>}
    />
  );
}

function List({ campaigns }: { campaigns: PublicPage }) {
  const { t } = useTranslation("public-stats");
  return (
    <ul className={classes.list} aria-label={t("list")}>
      {campaigns.results.map((campaign) => (
        <li key={campaign.id}>
          <CampaignRow campaign={campaign} />
        </li>
      ))}
    </ul>
  );
}
