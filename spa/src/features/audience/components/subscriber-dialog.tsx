import { MultiSelect, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../components/form-dialog';
import type { MailingList, Subscriber } from '../../../lib/api-types';
import { formProblems } from '../../../lib/form-problems';
import { useSaveSubscriber } from '../api/save-subscriber';

const fields = ['email', 'name', 'lists', 'attributes'] as const;

function parseAttributes(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

interface SubscriberDialogProps {
  subscriber: Subscriber | undefined;
  lists: MailingList[];
  onClose: () => void;
}

export function SubscriberDialog({ subscriber, lists, onClose }: SubscriberDialogProps) {
  const { t } = useTranslation('manage');
  const { t: common } = useTranslation();
  const [whole, setWhole] = useState<string | null>(null);
  const save = useSaveSubscriber();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: {
      email: subscriber?.email ?? '',
      name: subscriber?.name ?? '',
      lists: subscriber?.lists.map(String) ?? [],
      attributes: JSON.stringify(subscriber?.attributes ?? {}, null, 2),
    },
    validate: {
      attributes: (text) => (parseAttributes(text) ? null : t('subscribers.badJson')),
    },
  });

  function showFirst(wrong: Record<string, unknown>) {
    const first = fields.find((field) => wrong[field]);
    if (first) form.getInputNode(first)?.focus();
  }

  return (
    <FormDialog
      title={t(subscriber ? 'subscribers.editTitle' : 'subscribers.create')}
      whole={whole}
      pending={save.isPending}
      isDirty={() => form.isDirty()}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => {
        const body = {
          ...values,
          lists: values.lists.map(Number),
          attributes: parseAttributes(values.attributes) ?? {},
        };
        save.mutate(
          { id: subscriber?.id, body },
          {
            onSuccess: onClose,
            onError: (error) => {
              const problems = formProblems(error, fields, common);
              form.setErrors(problems.fields);
              setWhole(problems.whole);
              showFirst(problems.fields);
            },
          },
        );
      }, showFirst)}
    >
      <TextInput
        required
        data-autofocus
        type="email"
        label={t('subscribers.email')}
        key={form.key('email')}
        {...form.getInputProps('email')}
      />
      <TextInput
        label={t('subscribers.name')}
        key={form.key('name')}
        {...form.getInputProps('name')}
      />
      <MultiSelect
        searchable
        label={t('subscribers.lists')}
        data={lists.map((list) => ({ value: String(list.id), label: list.name }))}
        key={form.key('lists')}
        {...form.getInputProps('lists')}
      />
      <Textarea
        autosize
        minRows={4}
        maxRows={14}
        spellCheck={false}
        label={t('subscribers.attributes')}
        description={t('subscribers.attributesHint', { variable: '{{ attributes.city }}' })}
        styles={{ input: { fontFamily: 'ui-monospace, monospace' } }}
        key={form.key('attributes')}
        {...form.getInputProps('attributes')}
      />
    </FormDialog>
  );
}
