import { Alert, Anchor, Skeleton, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "react-router";

import { EmptyState } from "../../../components/EmptyState";
import { ErrorState, OfflineState } from "../../../components/ErrorState";
import { PageHeader } from "../../../components/PageHeader";
import { StatusBadge } from "../../../components/StatusBadge";
import { ApiProblem } from "../../../lib/api-client";
import { useTranslation } from "../../../lib/i18n";
import { useCampaign } from "../api/get-campaign";
import { campaignKeys } from "../api/keys";
import type { Campaign } from "../api/types";
import { BigNumbers } from "../components/BigNumbers";
import { CampaignButtons } from "../components/CampaignButtons";
import { CampaignDetails } from "../components/CampaignDetails";
import { Deliveries } from "../components/Deliveries";
import { Panel } from "../components/Panel";
import { Reconciliation } from "../components/Reconciliation";
import { TallyBar } from "../components/TallyBar";
import { TimelinePanel } from "../components/TimelinePanel";
import "../locales/index";
import classes from "./CampaignPage.module.css";

export default function CampaignPage() {
  const { t } = useTranslation("campaigns");
  const id = Number(useParams()["id"]);
  const { data, error, fetchStatus, refetch } = useCampaign(id);
  const isGone = error instanceof ApiProblem && error.status === 404;
  return (
    <>
      <Anchor component={Link} to="/manage/campaigns" className={classes.back}>
        {t("page.back")}
      </Anchor>
      {isGone ? (
        <EmptyState title={t("page.notFound")} text={t("page.notFoundText")} />
      ) : !data && error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Shown campaign={data} />
      ) : fetchStatus === "paused" ? (
        <OfflineState />
      ) : (
        <PageSkeleton />
      )}
    </>
  );
}

function Shown({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaigns");
  const navigate = useNavigate();
  const running = campaign.status === "running";
  useLedgerRefetch(campaign);
  return (
    <>
      <PageHeader
        title={campaign.name}
        actions={<CampaignButtons campaign={campaign} onDeleted={() => void navigate("/manage/campaigns")} />}
      >
        <div className={classes.meta}>
          <StatusBadge status={campaign.status} />
        </div>
      </PageHeader>
      {campaign.stop_reason !== "" && campaign.status === "stopped" && (
        <Alert color="yellow" mb="lg" title={t("page.stopReason")} role="alert">
          <Text size="sm">{campaign.stop_reason}</Text>
          <Text size="sm" mt={4}>
            {t("page.stopReasonText")}
          </Text>
        </Alert>
      )}
      <Panel title={t("page.numbers")}>
        <BigNumbers campaign={campaign} />
        <TallyBar campaign={campaign} />
      </Panel>
      <div className={classes.grid}>
        <div className={classes.main}>
          <TimelinePanel id={campaign.id} running={running} />
        </div>
        <div className={classes.side}>
          <CampaignDetails campaign={campaign} />
          {campaign.audience_frozen && <Reconciliation id={campaign.id} running={running} />}
        </div>
      </div>
      <div className={classes.full}>
        <Deliveries campaign={campaign} />
      </div>
    </>
  );
}

/** What is refetched while it runs must be fetched once more when it has just ended. */
function useLedgerRefetch({ id, status }: Campaign) {
  const queryClient = useQueryClient();
  const shown = useRef(status);
  useEffect(() => {
    if (shown.current === status) return;
    shown.current = status;
    void queryClient.invalidateQueries({ queryKey: campaignKeys.ledger(id) });
  }, [queryClient, id, status]);
}

function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack role="status" aria-label={t("loading")}>
      <Skeleton height={34} width="50%" />
      <Skeleton height={160} />
      <Skeleton height={220} />
    </Stack>
  );
}
