import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { useFormat } from "../../../lib/format";
import { useMoveCampaign } from "../api/move-campaign";
import type { Campaign, CampaignListItem, RetriableStatus } from "../api/types";
import { useMoveProblemText } from "./useMoveProblemText";

interface Props {
  campaign: CampaignListItem;
  opened: boolean;
  onRetried: (campaign: Campaign) => void;
  onClose: () => void;
}

const RETRIABLE: readonly RetriableStatus[] = ["failed", "unknown"];

export function RetryDialog({ campaign, opened, onRetried, onClose }: Props) {
  const { t } = useTranslation("campaigns");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("retry.title", { name: campaign.name })}
      centered
    >
      <RetryForm campaign={campaign} onRetried={onRetried} onClose={onClose} />
    </Modal>
  );
}

function RetryForm({ campaign, onRetried, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const { formatNumber } = useFormat();
  const moveProblemText = useMoveProblemText();
  const move = useMoveCampaign(campaign.id);
  const { tally } = campaign;
  // Only what certainly did not arrive is chosen beforehand.
  const [chosen, setChosen] = useState<RetriableStatus[]>(tally.failed > 0 ? ["failed"] : []);
  const [isMissing, setMissing] = useState(false);

  function toggle(status: RetriableStatus, isChosen: boolean) {
    setMissing(false);
    setChosen(RETRIABLE.filter((each) => (each === status ? isChosen : chosen.includes(each))));
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (chosen.length === 0) return setMissing(true);
    move.mutate({ move: "retry", statuses: chosen }, { onSuccess: onRetried });
  }

  const isNothing = tally.failed === 0 && tally.unknown === 0;
  const problem = isMissing ? t("retry.choose") : move.error && moveProblemText(move.error);
  return (
    <form onSubmit={submit}>
      {isNothing ? (
        <Text>{t("retry.nothing")}</Text>
      ) : (
        <Stack component="fieldset" gap="md" bd={0} p={0} m={0}>
          <Text component="legend" mb="md">
            {t("retry.text")}
          </Text>
          {RETRIABLE.map((status) => (
            <Checkbox
              key={status}
              label={t(`retry.${status}`, {
                count: tally[status],
                formatted: formatNumber(tally[status]),
              })}
              description={t(`retry.${status}Hint`)}
              checked={chosen.includes(status)}
              disabled={tally[status] === 0}
              onChange={(event) => toggle(status, event.currentTarget.checked)}
            />
          ))}
        </Stack>
      )}
      {chosen.includes("unknown") && (
        <Alert color="yellow" mt="md" role="status">
          {t("retry.unknownWarning", {
            count: tally.unknown,
            formatted: formatNumber(tally.unknown),
          })}
        </Alert>
      )}
      {problem && (
        <Text c="red" mt="sm" role="alert">
          {problem}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {common("action.cancel")}
        </Button>
        {!isNothing && (
          <Button type="submit" loading={move.isPending}>
            {t("retry.confirm")}
          </Button>
        )}
      </Group>
    </form>
  );
}
