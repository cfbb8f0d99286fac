/**
 * The service account that this machine's credentials are of: a key file, or Workload Identity. Null where they are a
 * person's, whose name is nobody's business, or there are none.
 * @param keyFilename of a service account, in place of the machine's own credentials.
 */
export async function serviceAccount(keyFilename?: string): Promise<string | null> {
  const { Storage } = await import('@google-cloud/storage');
  const { authClient } = new Storage(keyFilename === undefined ? {} : { keyFilename });
  return authClient.getCredentials().then(
    ({ client_email }) => client_email ?? null,
    () => null,
  );
}
