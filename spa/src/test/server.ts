import { setupServer } from "msw/node";

/** The API of a test: each test says with `server.use` what it answers. */
export const server = setupServer();
