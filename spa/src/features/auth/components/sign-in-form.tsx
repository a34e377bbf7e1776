import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemText } from '../../../lib/problem-text';
import { session } from '../../../lib/session';
import classes from './sign-in-form.module.css';

interface SignInFormProps {
  /** Fixed when somebody's page is waiting behind a dialog: it must not go on as somebody else. */
  username?: string;
  onSignedIn: () => void;
}

export function SignInForm({ username, onSignedIn }: SignInFormProps) {
  const { t } = useTranslation();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: username ?? '', password: '' },
    validate: {
      username: (value) => (value ? null : t('field.required')),
      password: (value) => (value ? null : t('field.required')),
    },
  });
  const signIn = useMutation({
    mutationFn: session.signIn,
    onSuccess: onSignedIn,
    onError: () => form.getInputNode('password')?.focus(),
  });

  return (
    <form
      className={classes.form}
      onSubmit={form.onSubmit(
        (values) => {
          signIn.mutate(values);
        },
        (errors) => form.getInputNode(Object.keys(errors)[0] ?? 'username')?.focus(),
      )}
    >
      {signIn.isError && (
        <Alert color="red" role="alert">
          {problemText(signIn.error, t)}
        </Alert>
      )}
      <TextInput
        label={t('auth.username')}
        autoComplete="username"
        readOnly={username !== undefined}
        key={form.key('username')}
        {...form.getInputProps('username')}
      />
      <PasswordInput
        label={t('auth.password')}
        autoComplete="current-password"
        data-autofocus
        visibilityToggleButtonProps={{ 'aria-label': t('auth.showPassword') }}
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      <Button type="submit" loading={signIn.isPending}>
        {t('auth.signIn')}
      </Button>
    </form>
  );
}
