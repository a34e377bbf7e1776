import { Button, Group, NumberInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useRef, useState, type FormEvent } from "react";

import { ApiProblem } from "../../../lib/api-client";
import { useFormat } from "../../../lib/format";
import { fieldErrors, problemText, useTranslation } from "../../../lib/i18n";
import type { Campaign } from "../api/types";
import { useUpdateCampaign } from "../api/update-campaign";
import { useFormValidation } from "./useFormValidation";

interface Props {
  campaign: Campaign;
  canChange: boolean;
}

/** The one thing that is often changed while a campaign runs, so it can be changed right here. */
export function RateLimit({ campaign, canChange }: Props) {
  const { t } = useTranslation("campaigns");
  const { formatNumber } = useFormat();
  const [isEditing, setEditing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);

  // The field that had the focus is gone.
  useEffect(() => {
    if (wasEditing.current && !isEditing) opener.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);

  if (isEditing) return <LimitForm campaign={campaign} onClose={() => setEditing(false)} />;
  const { rate_limit: limit } = campaign;
  return (
    <Group gap="xs">
      <span>{limit === null ? t("page.noLimit") : formatNumber(limit)}</span>
      {canChange && (
        <Button
          ref={opener}
          variant="subtle"
          size="compact-xs"
          aria-label={t("limit.changeLabel")}
          onClick={() => setEditing(true)}
        >
          {t("limit.change")}
        </Button>
      )}
    </Group>
  );
}

function LimitForm({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const { t } = useTranslation("campaigns");
  const validate = useFormValidation();
  const update = useUpdateCampaign(campaign.id);
  const [limit, setLimit] = useState<number | string>(campaign.rate_limit ?? "");
  const [problem, setProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => input.current?.select(), []);

  function complain(text: string) {
    setProblem(text);
    input.current?.focus();
  }

  function save(event: FormEvent) {
    event.preventDefault();
    const wrong = validate.rate_limit(limit);
    if (wrong) return complain(wrong);
    update.mutate(
      { rate_limit: limit === "" ? null : Number(limit) },
      {
        onSuccess: () => {
          notifications.show({ message: t("limit.saved"), color: "green" });
          onClose();
        },
        onError: (error) => {
          const ofField = error instanceof ApiProblem && fieldErrors(error)["rate_limit"];
          complain(ofField || problemText(error));
        },
      },
    );
  }

  return (
    <form onSubmit={save} noValidate>
      <Group gap="xs" align="flex-start">
        <NumberInput
          ref={input}
          aria-label={t("limit.field")}
          placeholder={t("form.rateLimitNone")}
          size="xs"
          w={130}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="none"
          hideControls
          value={limit}
          onChange={setLimit}
          error={problem}
        />
        <Button type="submit" size="xs" loading={update.isPending}>
          {t("limit.save")}
        </Button>
        <Button variant="default" size="xs" onClick={onClose}>
          {t("limit.cancel")}
        </Button>
      </Group>
    </form>
  );
}
