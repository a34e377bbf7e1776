import { Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../components/form-dialog';
import type { MailingList } from '../../../lib/api-types';
import { formProblems } from '../../../lib/form-problems';
import { useSaveMailingList } from '../api/save-list';

const fields = ['name', 'description'] as const;

export function ListDialog({ list, onClose }: { list: MailingList | undefined; onClose: () => void }) {
  const { t } = useTranslation('manage');
  const { t: common } = useTranslation();
  const [whole, setWhole] = useState<string | null>(null);
  const save = useSaveMailingList();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: list?.name ?? '', description: list?.description ?? '' },
  });
  return (
    <FormDialog
      title={t(list ? 'lists.editTitle' : 'lists.create')}
      whole={whole}
      pending={save.isPending}
      isDirty={() => form.isDirty()}
      onClose={onClose}
      onSubmit={form.onSubmit((body) => {
        save.mutate(
          { id: list?.id, body },
          {
            onSuccess: onClose,
            onError: (error) => {
              const problems = formProblems(error, fields, common);
              form.setErrors(problems.fields);
              setWhole(problems.whole);
              form.getInputNode(fields.find((field) => problems.fields[field]) ?? 'name')?.focus();
            },
          },
        );
      })}
    >
      <TextInput
        required
        data-autofocus
        label={t('lists.name')}
        key={form.key('name')}
        {...form.getInputProps('name')}
      />
      <Textarea
        autosize
        minRows={2}
        label={t('lists.description')}
        key={form.key('description')}
        {...form.getInputProps('description')}
      />
    </FormDialog>
  );
}
