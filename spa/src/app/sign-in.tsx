import SignInPage from "../features/auth/pages/SignInPage";
import { WithMantine } from "./WithMantine";

export default function SignIn() {
  return (
    <WithMantine>
      <SignInPage />
    </WithMantine>
  );
}
