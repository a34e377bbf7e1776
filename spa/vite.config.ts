import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const backend = process.env["POSTHORN_BACKEND"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  build: {
    // scripts/check-size.mjs reads it.
    manifest: true,
    target: "es2022",
    // A data: URL for a font would be refused by the content security policy.
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/api": backend } },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // A busy machine is slow, not wrong.
    testTimeout: 20_000,
  },
});
