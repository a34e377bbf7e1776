import { Alert, Button, Group, Text } from "@mantine/core";
import { useEffect, useState } from "react";

import { sayDone, sayProblem } from "../../../components/notify";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useMay } from "../../../lib/permissions";
import { useMoveCampaign } from "../api/move-campaign";
import type { Campaign } from "../api/types";
import { useMoveProblemText } from "./useMoveProblemText";

type Waiting = NonNullable<Campaign["waiting"]>;

/** What starts so soon can be watched, and taken back. */
const SOON_SECONDS = 60;
const TICK_MS = 250;

/** Why nothing of the campaign moves just now. */
export function WaitingNotice({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaigns");
  const { formatDate } = useFormat();
  const { waiting, status } = campaign;
  // The live rows bring a new status before the campaign is read again.
  if (!waiting || (status === "scheduled") !== (waiting.code === "scheduled")) return null;
  if (status !== "running" && status !== "scheduled") return null;
  if (waiting.code === "scheduled") {
    const isSoon = waiting.seconds !== null && waiting.seconds <= SOON_SECONDS;
    return isSoon && <Countdown key={waiting.until} campaign={campaign} waiting={waiting} />;
  }
  const facts = (["since", "until"] as const).flatMap((name) => {
    const at = waiting[name];
    return at === null ? [] : [t(`waiting.${name}`, { at: formatDate(at) })];
  });
  return (
    <Alert
      color={waiting.code === "freezing" ? "blue" : "yellow"}
      mb="lg"
      role="status"
      title={t(`waiting.${waiting.code}`)}
    >
      <Text size="sm">{[t(`waiting.${waiting.code}Text`), ...facts].join(" ")}</Text>
    </Alert>
  );
}

/** The server starts it, whether this page is still open or not. */
function Countdown({ campaign, waiting }: { campaign: Campaign; waiting: Waiting }) {
  const { t } = useTranslation("campaigns");
  const moveProblemText = useMoveProblemText();
  const move = useMoveCampaign(campaign.id);
  const mayUndo = useMay("campaigns.unschedule");
  const left = useSecondsLeft(waiting.seconds ?? 0);

  function undo() {
    move.mutate(
      { move: "unschedule" },
      {
        onSuccess: ({ name }) => sayDone(t("moves.done.unschedule", { name })),
        onError: (error) => sayProblem(moveProblemText(error)),
      },
    );
  }

  return (
    <Alert color="blue" mb="lg" title={t("waiting.soon")} role="status">
      <Group justify="space-between" gap="sm">
        <Text size="sm" aria-hidden="true">
          {left > 0 ? t("waiting.seconds", { count: left }) : t("waiting.now")}
        </Text>
        {mayUndo && (
          <Button size="compact-md" variant="default" loading={move.isPending} onClick={undo}>
            {t("waiting.undo")}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** Counts from when it is first shown, since the clocks of browser and server differ. */
function useSecondsLeft(seconds: number): number {
  const [left, setLeft] = useState(() => Math.ceil(seconds));
  useEffect(() => {
    const end = performance.now() + seconds * 1000;
    const timer = setInterval(
      () => setLeft(Math.max(0, Math.ceil((end - performance.now()) / 1000))),
      TICK_MS,
    );
    return () => clearInterval(timer);
  }, [seconds]);
  return left;
}
