/** The database with every migration, of which each test's server gets a copy. Nobody is connected to it. */
export const migratedTemplate = 'migrated';
