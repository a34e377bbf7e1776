import { Button, MultiSelect } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { EmptyState } from "../../../components/EmptyState";
import { ErrorState } from "../../../components/ErrorState";
import { LiveNote } from "../../../components/LiveNote";
import { PageControl } from "../../../components/PageControl";
import { PageHeader } from "../../../components/PageHeader";
import { SearchField } from "../../../components/SearchField";
import { useFormat } from "../../../lib/format";
import { useSession } from "../../../lib/session";
import { useUrlParams, type UrlChange } from "../../../lib/url-params";
import { useCampaignList } from "../api/list-campaigns";
import { useLiveCampaigns } from "../api/live-campaigns";
import { CAMPAIGN_STATUSES, type CampaignListParams } from "../api/types";
import { CampaignTable } from "../components/CampaignTable";
import "../locales/index";
import classes from "./CampaignListPage.module.css";

export default function CampaignListPage() {
  const { t } = useTranslation("campaigns");
  const { user } = useSession();
  const { formatNumber } = useFormat();
  const { params, page, search, change } = useUrlParams();
  const { connected, refetchInterval } = useLiveCampaigns();
  const wanted = params.getAll("status");
  const shown: CampaignListParams = {
    page,
    search,
    status: CAMPAIGN_STATUSES.filter((status) => wanted.includes(status)),
    ordering: params.get("ordering") ?? "-created_at",
  };
  const { data, error, refetch } = useCampaignList(shown, refetchInterval);
  const canChange = user?.may.includes("campaigns.write") ?? false;
  const isFiltered = search !== "" || shown.status.length > 0;
  const newButton = canChange && (
    <Button component={Link} to="/manage/campaigns/new">
      {t("list.new")}
    </Button>
  );

  return (
    <>
      <PageHeader title={t("list.title")} description={t("list.intro")} actions={newButton} />
      <LiveNote connected={connected} />
      <Toolbar shown={shown} onChange={change} />
      {!data && error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data?.count === 0 ? (
        <Nothing isFiltered={isFiltered} newButton={newButton} onChange={change} />
      ) : (
        <CampaignTable
          rows={data?.results}
          ordering={shown.ordering}
          canChange={canChange}
          onOrder={(ordering) => change({ ordering })}
        />
      )}
      {data && data.count > 0 && (
        <PageControl
          label={t("list.pages")}
          summary={t("list.count", { count: data.count, formatted: formatNumber(data.count) })}
          count={data.count}
          page={page}
          onChange={(next) => change({ page: String(next) })}
        />
      )}
    </>
  );
}

interface ToolbarProps {
  shown: CampaignListParams;
  onChange: (change: UrlChange) => void;
}

function Toolbar({ shown, onChange }: ToolbarProps) {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  return (
    <div className={classes.toolbar}>
      <SearchField
        label={t("list.search")}
        value={shown.search}
        onSearch={(search) => onChange({ search })}
      />
      <MultiSelect
        aria-label={t("list.statusFilter")}
        placeholder={shown.status.length === 0 ? t("list.statusAny") : ""}
        data={CAMPAIGN_STATUSES.map((value) => ({ value, label: common(`status.${value}`) }))}
        value={shown.status}
        onChange={(status) => onChange({ status })}
        clearable
      />
    </div>
  );
}

interface NothingProps {
  isFiltered: boolean;
  newButton: ReactNode;
  onChange: (change: UrlChange) => void;
}

function Nothing({ isFiltered, newButton, onChange }: NothingProps) {
  const { t } = useTranslation("campaigns");
  if (!isFiltered) {
    return <EmptyState title={t("list.empty")} text={t("list.emptyText")} action={newButton} />;
  }
  return (
    <EmptyState
      title={t("list.noMatch")}
      text={t("list.noMatchText")}
      action={
        <Button variant="default" onClick={() => onChange({ search: null, status: null })}>
          {t("list.clearFilters")}
        </Button>
      }
    />
  );
}
