import { Alert, Anchor, Button, Checkbox, Group, Text } from "@mantine/core";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";

import { ErrorState, ForbiddenState } from "../../../components/ErrorState";
import { LoadingState } from "../../../components/LoadingState";
import { PageHeader } from "../../../components/PageHeader";
import { ProblemText } from "../../../components/ProblemText";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useMay } from "../../../lib/permissions";
import { useCampaign } from "../api/get-campaign";
import { useTransports } from "../api/list-transports";
import { useMoveCampaign } from "../api/move-campaign";
import { useChecks } from "../api/check-campaign";
import { useCampaignAudience } from "../api/prepare-start";
import type { Campaign, Finding } from "../api/types";
import details from "../components/CampaignDetails.module.css";
import { MessagePanel } from "../components/MessagePanel";
import { Panel } from "../components/Panel";
import { useMoveProblemText } from "../components/useMoveProblemText";
import "../locales/index";
import classes from "./CampaignPage.module.css";

/** How long a start can be undone; the server waits it out. */
const UNDO_SECONDS = 10;

/** To start is a decision: who gets what, by which way, and what speaks against it. */
export default function StartPage() {
  const id = Number(useParams()["id"]);
  const { data, error, refetch } = useCampaign(id);
  const mayStart = useMay("campaigns.start");
  if (!mayStart) return <ForbiddenState />;
  if (!data && error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return <Decision campaign={data} />;
}

function Decision({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaigns");
  const back = `/manage/campaigns/${campaign.id}`;
  return (
    <>
      <Anchor component={Link} to={back} className={classes.back}>
        {t("start.back", { name: campaign.name })}
      </Anchor>
      <PageHeader title={t("start.title", { name: campaign.name })} />
      {campaign.allowed_moves.includes("start") ? (
        <div className={classes.grid}>
          <div className={classes.main}>
            <Summary campaign={campaign} />
            <Start campaign={campaign} back={back} />
          </div>
          <div className={classes.side}>
            <MessagePanel campaign={campaign} />
          </div>
        </div>
      ) : (
        <Alert color="blue" role="status" title={t("start.notNow")}>
          <Anchor component={Link} to={back}>
            {t("start.toCampaign")}
          </Anchor>
        </Alert>
      )}
    </>
  );
}

function Summary({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaigns");
  const { formatNumber, formatDuration } = useFormat();
  const audience = useCampaignAudience(campaign.id);
  const transports = useTransports();
  const { transport: name, rate_limit: limit } = campaign;
  const health = transports.data?.find((each) => each.name === name);
  const left = campaign.audience_frozen ? campaign.tally.pending : audience.data?.subscribers;
  const suppressed = audience.data?.suppressed ?? 0;
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Panel title={t("start.summary")}>
      {audience.error && (
        <ErrorState error={audience.error} onRetry={() => void audience.refetch()} />
      )}
      <dl className={details.facts}>
        <dt>{t("start.audience")}</dt>
        <dd>
          {left === undefined
            ? t("start.counting")
            : t("start.subscribers", { count: left, formatted: formatNumber(left) })}
          {suppressed > 0 &&
            `, ${t("start.suppressed", { count: suppressed, formatted: formatNumber(suppressed) })}`}
        </dd>
        <dt>{t("page.transport")}</dt>
        <dd>
          {t(`transport.${name}`)}
          {health && !health.healthy && (
            <Text c="var(--ph-danger)" size="sm">
              {t("form.transportDetail", { detail: health.detail })}
            </Text>
          )}
          {name !== "smtp" && <Text size="sm">{t(`sendsNothing.${name}`)}</Text>}
        </dd>
        <dt>{t("page.rateLimit")}</dt>
        <dd>
          {limit === null ? t("page.noLimit") : formatNumber(limit)}
          {limit !== null &&
            left !== undefined &&
            `, ${t("start.takes", { duration: formatDuration(left / limit) })}`}
        </dd>
        <dt>{t("start.when")}</dt>
        <dd>
          {campaign.status === "draft"
            ? t("start.afterUndo", { count: UNDO_SECONDS })
            : t("start.atOnce")}{" "}
          {t("schedule.zone", { zone })}
        </dd>
      </dl>
    </Panel>
  );
}

function Start({ campaign, back }: { campaign: Campaign; back: string }) {
  const { t } = useTranslation("campaigns");
  const navigate = useNavigate();
  const checks = useChecks(campaign.id);
  const move = useMoveCampaign(campaign.id);
  const moveProblemText = useMoveProblemText();
  const [isConfirmed, setConfirmed] = useState(false);
  const found = checks.data;
  const isBlocked = found?.some(({ severity }) => severity === "error") ?? true;
  const mustConfirm = !isBlocked && (found?.length ?? 0) > 0;

  function start() {
    // What was planned or stopped goes on at once: Stop is one click away.
    const delaySeconds = campaign.status === "draft" ? UNDO_SECONDS : 0;
    move.mutate(
      { move: "start", delaySeconds },
      { onSuccess: () => void navigate(back), onError: () => void checks.refetch() },
    );
  }

  return (
    <Panel title={t("start.checks")}>
      {!found && checks.error && (
        <ErrorState error={checks.error} onRetry={() => void checks.refetch()} />
      )}
      {!found && !checks.error && <Text role="status">{t("start.checking")}</Text>}
      {found?.length === 0 && <Text>{t("start.nothingFound")}</Text>}
      {found?.map((finding) => (
        <FindingNotice
          key={`${finding.code} ${finding.place} ${finding.detail}`}
          finding={finding}
        />
      ))}
      {mustConfirm && (
        <Checkbox
          mt="md"
          label={t("start.confirmWarnings")}
          checked={isConfirmed}
          onChange={(event) => setConfirmed(event.currentTarget.checked)}
        />
      )}
      <ProblemText text={move.error ? moveProblemText(move.error) : undefined} />
      <Group mt="lg">
        <Button
          disabled={isBlocked || (mustConfirm && !isConfirmed)}
          loading={move.isPending}
          onClick={start}
        >
          {t("start.confirm")}
        </Button>
        <Button component={Link} to={`${back}/edit`} variant="default">
          {t("moves.edit")}
        </Button>
      </Group>
    </Panel>
  );
}

function FindingNotice({ finding }: { finding: Finding }) {
  const { t, language } = useTranslation("campaigns");
  const { code, severity, place, detail, fix } = finding;
  // The API says it in English, with the numbers; in other languages the code says what it is.
  const text = language === "en" ? `${detail} ${fix}` : t(`finding.${code}`, { place, defaultValue: detail });
  return (
    <Alert
      mb="xs"
      color={severity === "error" ? "red" : "yellow"}
      title={t(`start.${severity}`)}
      role={severity === "error" ? "alert" : "status"}
    >
      {text}
    </Alert>
  );
}
