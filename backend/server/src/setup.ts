import { environmentFile } from './tenants/environmentFile';

// What docker-compose.yml asks for; a person puts it into .env.
process.stdout.write(environmentFile());
