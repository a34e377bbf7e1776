import { Alert, Checkbox, Text } from "@mantine/core";
import { useForm } from "@mantine/form";

import { Dialog } from "../../../components/Dialog";
import { DialogForm } from "../../../components/DialogForm";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
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
    <Dialog
      opened={opened}
      onClose={onClose}
      title={t("retry.title", { name: campaign.name })}
      isForm
    >
      <RetryForm campaign={campaign} onRetried={onRetried} onClose={onClose} />
    </Dialog>
  );
}

function RetryForm({ campaign, onRetried, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation("campaigns");
  const { formatNumber } = useFormat();
  const moveProblemText = useMoveProblemText();
  const move = useMoveCampaign(campaign.id);
  const { tally } = campaign;
  const form = useForm<{ statuses: RetriableStatus[] }>({
    // Only what certainly did not arrive is chosen beforehand.
    initialValues: { statuses: tally.failed > 0 ? ["failed"] : [] },
    validate: { statuses: (chosen) => (chosen.length === 0 ? t("retry.choose") : null) },
  });
  const isNothing = tally.failed === 0 && tally.unknown === 0;
  return (
    <DialogForm
      form={form}
      submitLabel={t("retry.confirm")}
      hideSubmit={isNothing}
      describe={moveProblemText}
      onSubmit={async ({ statuses }) =>
        onRetried(await move.mutateAsync({ move: "retry", statuses }))
      }
      onClose={onClose}
    >
      {isNothing ? (
        <Text>{t("retry.nothing")}</Text>
      ) : (
        <Checkbox.Group label={t("retry.text")} {...form.getInputProps("statuses")}>
          {RETRIABLE.map((status) => (
            <Checkbox
              key={status}
              mt="md"
              value={status}
              label={t(`retry.${status}`, {
                count: tally[status],
                formatted: formatNumber(tally[status]),
              })}
              description={t(`retry.${status}Hint`)}
              disabled={tally[status] === 0}
            />
          ))}
        </Checkbox.Group>
      )}
      {form.values.statuses.includes("unknown") && (
        <Alert color="yellow" role="status">
          {t("retry.unknownWarning", {
            count: tally.unknown,
            formatted: formatNumber(tally.unknown),
          })}
        </Alert>
      )}
    </DialogForm>
  );
}
