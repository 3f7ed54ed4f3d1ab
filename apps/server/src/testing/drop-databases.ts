import { dropAfterEachFile } from './fresh-database.ts';

dropAfterEachFile();
