import { Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { Dialog } from "../../../components/Dialog";
import { DialogForm } from "../../../components/DialogForm";
import { useTranslation } from "../../../lib/i18n";
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
    <Dialog
      opened={opened}
      onClose={onClose}
      title={t("schedule.title", { name: campaign.name })}
      isForm
    >
      <ScheduleForm campaign={campaign} onScheduled={onScheduled} onClose={onClose} />
    </Dialog>
  );
}

function ScheduleForm({ campaign, onScheduled, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation("campaigns");
  const moveProblemText = useMoveProblemText();
  const move = useMoveCampaign(campaign.id);
  const form = useForm({
    initialValues: { scheduled_at: "" },
    validate: {
      scheduled_at: (text) => {
        // A date-time without a zone is read in the reader's own, which is what was asked for.
        const time = new Date(text).getTime();
        if (Number.isNaN(time)) return t("schedule.required");
        return time <= Date.now() ? t("schedule.past") : null;
      },
    },
  });
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

  return (
    <DialogForm
      form={form}
      submitLabel={t("schedule.confirm")}
      describe={moveProblemText}
      onSubmit={async ({ scheduled_at: text }) => {
        const scheduledAt = new Date(text).toISOString();
        onScheduled(await move.mutateAsync({ move: "schedule", scheduledAt }));
      }}
      onClose={onClose}
    >
      <Text>{t("schedule.text")}</Text>
      <TextInput
        type="datetime-local"
        label={t("schedule.field")}
        description={t("schedule.zone", { zone })}
        data-autofocus
        {...form.getInputProps("scheduled_at")}
      />
    </DialogForm>
  );
}
