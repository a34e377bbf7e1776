import { notifications } from "@mantine/notifications";

/** What was done; it goes by itself. */
export function sayDone(message: string): void {
  notifications.show({ message, color: "green" });
}

/** What was refused where no form can show it; it stays until it was read. */
export function sayProblem(message: string): void {
  notifications.show({ message, color: "red", autoClose: false });
}
