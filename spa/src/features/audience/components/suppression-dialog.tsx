import { NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../components/form-dialog';
import type { SuppressionReason } from '../../../lib/api-types';
import { formProblems } from '../../../lib/form-problems';
import { useSaveSuppression } from '../api/save-suppression';

const fields = ['email', 'reason', 'note'] as const;
const reasons: readonly SuppressionReason[] = ['manual', 'unsubscribed', 'bounced', 'complained'];
const firstReason: SuppressionReason = 'manual';

export function SuppressionDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('manage');
  const { t: common } = useTranslation();
  const [whole, setWhole] = useState<string | null>(null);
  const save = useSaveSuppression();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', reason: firstReason, note: '' },
  });
  return (
    <FormDialog
      title={t('suppressions.create')}
      whole={whole}
      pending={save.isPending}
      isDirty={() => form.isDirty()}
      onClose={onClose}
      onSubmit={form.onSubmit((body) => {
        save.mutate(body, {
          onSuccess: onClose,
          onError: (error) => {
            const problems = formProblems(error, fields, common);
            form.setErrors(problems.fields);
            setWhole(problems.whole);
            form.getInputNode(fields.find((field) => problems.fields[field]) ?? 'email')?.focus();
          },
        });
      })}
    >
      <TextInput
        required
        data-autofocus
        type="email"
        label={t('suppressions.email')}
        key={form.key('email')}
        {...form.getInputProps('email')}
      />
      <NativeSelect
        label={t('suppressions.reason')}
        data={reasons.map((value) => ({ value, label: t(`reason.${value}`) }))}
        key={form.key('reason')}
        {...form.getInputProps('reason')}
      />
      <TextInput
        label={t('suppressions.note')}
        key={form.key('note')}
        {...form.getInputProps('note')}
      />
    </FormDialog>
  );
}
