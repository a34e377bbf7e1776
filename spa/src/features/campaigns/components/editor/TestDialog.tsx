import { List, TagsInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useRef } from "react";

import { Dialog } from "../../../../components/Dialog";
import { DialogForm } from "../../../../components/DialogForm";
import { useTranslation } from "../../../../lib/i18n";
import { useSession } from "../../../../lib/session";
import { useTestCampaign } from "../../api/test-campaign";

interface Props {
  opened: boolean;
  campaignId: number;
  subscriber: number | null;
  /** What is tested is what is saved. */
  onSaveFirst: () => Promise<void>;
  onClose: () => void;
}

export function TestDialog(props: Props) {
  const { t } = useTranslation("campaigns");
  return (
    <Dialog opened={props.opened} title={t("editor.test.title")} isForm onClose={props.onClose}>
      {props.opened && <TestForm {...props} />}
    </Dialog>
  );
}

function TestForm({ campaignId, subscriber, onSaveFirst, onClose }: Props) {
  const { t } = useTranslation("campaigns");
  const { user } = useSession();
  const test = useTestCampaign(campaignId);
  const hasJustSent = useRef(false);
  const form = useForm({
    initialValues: { addresses: user?.email ? [user.email] : [] },
    validate: {
      addresses: (addresses: string[]) =>
        addresses.length === 0 ? t("editor.test.required") : null,
    },
  });
  return (
    <DialogForm
      form={form}
      submitLabel={t("editor.test.send")}
      onSubmit={async ({ addresses }) => {
        await onSaveFirst();
        await test.mutateAsync({ addresses, subscriber });
        hasJustSent.current = true;
      }}
      // It stays open, with what became of each.
      onClose={() => {
        if (hasJustSent.current) hasJustSent.current = false;
        else onClose();
      }}
    >
      <TagsInput
        label={t("editor.test.addresses")}
        description={t("editor.test.hint")}
        maxTags={10}
        acceptValueOnBlur
        {...form.getInputProps("addresses")}
      />
      {test.data && (
        <List size="sm" role="status">
          {test.data.map(({ email, sent, detail }) => (
            <List.Item key={email}>
              {t(sent ? "editor.test.sent" : "editor.test.failed", { email, detail })}
            </List.Item>
          ))}
        </List>
      )}
    </DialogForm>
  );
}
