import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiProblem } from "../../../lib/api-client";
import { fieldErrors } from "../../../lib/i18n";
import { useMoveCampaign } from "../api/move-campaign";
import type { Campaign, CampaignListItem } from "../api/types";
import { useMoveProblemText } from "./useMoveProblemText";

interface Props {
  campaign: CampaignListItem;
  opened: boolean;
  onScheduled: (campaign: Campaign) => void;
  onClose: () => void;
}

export function ScheduleDialog({ campaign, opened, onScheduled, onClose }: Props) {
  const { t } = useTranslation("campaigns");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("schedule.title", { name: campaign.name })}
      centered
    >
      <ScheduleForm campaign={campaign} onScheduled={onScheduled} onClose={onClose} />
    </Modal>
  );
}

function ScheduleForm({ campaign, onScheduled, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const moveProblemText = useMoveProblemText();
  const move = useMoveCampaign(campaign.id);
  const [at, setAt] = useState("");
  const [fieldProblem, setFieldProblem] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const field = event.currentTarget.elements.namedItem("scheduled_at");
    const say = (text: string) => {
      setFieldProblem(text);
      if (field instanceof HTMLInputElement) field.focus();
    };
    setProblem(undefined);
    // A date-time without a zone is read in the reader's own, which is what was asked for.
    const time = new Date(at);
    if (Number.isNaN(time.getTime())) return say(t("schedule.required"));
    if (time.getTime() <= Date.now()) return say(t("schedule.past"));
    setFieldProblem(undefined);
    move.mutate(
      { move: "schedule", scheduledAt: time.toISOString() },
      {
        onSuccess: onScheduled,
        onError: (error) => {
          const ofField =
            error instanceof ApiProblem ? fieldErrors(error)["scheduled_at"] : undefined;
          if (ofField) say(ofField);
          else setProblem(moveProblemText(error));
        },
      },
    );
  }

  return (
    <form onSubmit={submit} noValidate>
      <Text mb="md">{t("schedule.text")}</Text>
      <TextInput
        type="datetime-local"
        name="scheduled_at"
        label={t("schedule.field")}
        description={t("schedule.zone", { zone })}
        value={at}
        onChange={(event) => setAt(event.currentTarget.value)}
        error={fieldProblem}
        data-autofocus
      />
      {problem && (
        <Text c="red" mt="sm" role="alert">
          {problem}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {common("action.cancel")}
        </Button>
        <Button type="submit" loading={move.isPending}>
          {t("schedule.confirm")}
        </Button>
      </Group>
    </form>
  );
}
