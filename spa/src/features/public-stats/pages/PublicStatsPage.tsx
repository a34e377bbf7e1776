import { Button, Pagination, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { EmptyState } from "../../../components/EmptyState";
import { ErrorState } from "../../../components/ErrorState";
import { LiveNote } from "../../../components/LiveNote";
import { PageHeader } from "../../../components/PageHeader";
import { useLive } from "../../../lib/live";
import { usePublicCampaigns, type PublicPage } from "../api/public-campaigns";
import { CampaignRow } from "../components/CampaignRow";
import { Filters, STATUSES } from "../components/Filters";
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

  const { refetchInterval: poll } = useLive();
  const campaigns = usePublicCampaigns(
    { page, page_size: PAGE_SIZE, ...(search && { search }), ...(status && { status: [status] }) },
    poll,
  );
  const all = usePublicCampaigns({ page_size: 1 }, poll);
  const running = usePublicCampaigns({ status: ["running"], page_size: 200 }, poll);

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
    <div className={classes.page}>
      <PageHeader
        title={t("title")}
        description={t("lead")}
        actions={<Totals all={all.data} running={running.data} />}
      />
      <LiveNote />
      <Filters
        search={search}
        status={status}
        onSearch={(text) => show({ search: text })}
        onStatus={(choice) => show({ status: choice })}
      />
      {campaigns.isPending && <Loading />}
      {campaigns.isError && !campaigns.data && (
        <ErrorState
          error={campaigns.error}
          onRetry={() => (page > 1 ? show({}) : void campaigns.refetch())}
        />
      )}
      {campaigns.data && (
        <Campaigns
          campaigns={campaigns.data}
          isFiltered={search !== "" || status !== null}
          onShowAll={() => show({ search: null, status: null })}
        />
      )}
      {campaigns.data && campaigns.data.count > PAGE_SIZE && (
        <Pagination
          total={Math.ceil(campaigns.data.count / PAGE_SIZE)}
          value={page}
          onChange={(next) => show({ page: String(next) })}
          getControlProps={(control) =>
            control === "previous" || control === "next"
              ? { "aria-label": t(`pages.${control}`) }
              : {}
          }
          getItemProps={(number) => ({ "aria-label": t("pages.page", { page: number }) })}
          aria-label={t("pages.label")}
          className={classes.pages}
        />
      )}
    </div>
  );
}

function Loading() {
  const { t } = useTranslation("public-stats");
  return (
    <div role="status" aria-label={t("loading")}>
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} height={128} mb={16} radius="lg" />
      ))}
    </div>
  );
}

interface CampaignsProps {
  campaigns: PublicPage;
  isFiltered: boolean;
  onShowAll: () => void;
}

function Campaigns({ campaigns, isFiltered, onShowAll }: CampaignsProps) {
  const { t } = useTranslation("public-stats");
  if (campaigns.results.length === 0) {
    return isFiltered ? (
      <EmptyState
        title={t("noMatch.title")}
        text={t("noMatch.text")}
        action={
          <Button variant="default" onClick={onShowAll}>
            {t("noMatch.clear")}
          </Button>
        }
      />
    ) : (
      <EmptyState title={t("noneYet.title")} text={t("noneYet.text")} />
    );
  }
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
