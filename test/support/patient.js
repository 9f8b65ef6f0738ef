/**
 * A process may have to wait for others before it is started: that is no fault of what is tested. Jest
 * takes `testTimeout` of a project and does not mind it.
 */
jest.setTimeout(60_000);
