#!/bin/sh
# A real WordPress on the loopback address, with a database server of its own, in one folder.
#
#   tools/wordpress.sh start FOLDER    # prints WORDPRESS_URL=…, then the users and their application passwords
#   tools/wordpress.sh stop FOLDER     # ends the processes that it started, and removes the folder
#
# It needs Debian's packages wordpress, mariadb-server, php-cli, php-mysql, php-gd, php-xml and php-mbstring:
#   apt-get install --no-install-recommends wordpress mariadb-server php-cli php-mysql php-gd php-xml php-mbstring
# Nothing of it runs as root, and the database listens on a socket in the folder only.
set -eu

action=${1:-} folder=${2:-}
if [ -z "$folder" ]; then
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
    exit 2
fi

stop() {
    for name in php mysqld; do
        [ -f "$folder/$name.pid" ] || continue
        pid=$(cat "$folder/$name.pid")
        kill -- "-$pid" 2>/dev/null || true   # its group: PHP's server has workers
        for _ in $(seq 100); do
            kill -0 -- "-$pid" 2>/dev/null || break
            sleep 0.1
        done
    done
    rm -rf "$folder"
}

if [ "$action" = stop ]; then
    [ -f "$folder/wordpress.mark" ] || { echo "$folder was not made by $0" >&2; exit 1; }
    stop
    exit 0
fi
[ "$action" = start ] || { echo "start or stop, not $action" >&2; exit 2; }

for needed in mariadbd mariadb-install-db php; do
    PATH="$PATH:/usr/sbin" command -v "$needed" >/dev/null || { echo "$needed is missing, see the head of $0" >&2; exit 3; }
done
[ -d /usr/share/wordpress ] || { echo "wordpress is missing, see the head of $0" >&2; exit 3; }
PATH="$PATH:/usr/sbin"

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
[ -z "$(ls -A "$folder")" ] || { echo "$folder is not empty" >&2; exit 1; }
touch "$folder/wordpress.mark"
trap 'stop' INT TERM HUP

# A process of its own, without rights where this runs as root.
if [ "$(id -u)" = 0 ]; then
    chmod 755 "$folder"
    unprivileged="setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all"
    own() { chown -R 65534:65534 "$@"; }
else
    unprivileged=
    own() { :; }
fi

port=$(php -r '$s = stream_socket_server("tcp://127.0.0.1:0"); echo explode(":", stream_socket_get_name($s, false))[1];')
url="http://127.0.0.1:$port"

mkdir "$folder/data" "$folder/run" "$folder/tmp"
cp -rL /usr/share/wordpress "$folder/site" 2>/dev/null || true   # a theme that is not installed is a dangling link
rm -f "$folder/site/wp-config.php"
mkdir -p "$folder/site/wp-content/uploads" "$folder/site/wp-content/themes"
[ -d /var/lib/wordpress/wp-content/themes ] && cp -rL /var/lib/wordpress/wp-content/themes/. "$folder/site/wp-content/themes" 2>/dev/null || true

cat > "$folder/site/wp-config.php" <<CONFIG
<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:$folder/run/mysqld.sock');
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', '$url');
define('WP_SITEURL', '$url');
define('WP_ENVIRONMENT_TYPE', 'local');   // application passwords without HTTPS
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
define('WP_DEBUG', false);
\$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
CONFIG

# What a web server's rewriting does for permanent links.
cat > "$folder/router.php" <<'ROUTER'
<?php
$path = urldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$file = $_SERVER['DOCUMENT_ROOT'] . $path;
if ($path !== '/' && (is_file($file) || is_file($file . '/index.php'))) return false;
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = $_SERVER['DOCUMENT_ROOT'] . '/index.php';
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
ROUTER

cat > "$folder/install.php" <<'INSTALL'
<?php
define('WP_INSTALLING', true);
require getenv('SITE') . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Cafés du port', 'admin', 'admin@example.org', true, '', wp_generate_password(24));
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
update_option('comment_moderation', 1);
flush_rewrite_rules();
echo 'WORDPRESS_VERSION=', get_bloginfo('version'), "\n";
foreach (['admin' => 'administrator', 'editor' => 'editor', 'author' => 'author'] as $name => $role) {
    $user = get_user_by('login', $name);
    $id = $user ? $user->ID : wp_insert_user(
        ['user_login' => $name, 'user_pass' => wp_generate_password(24), 'role' => $role, 'user_email' => "$name@example.org"]
    );
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'totem']);
    echo 'WORDPRESS_', strtoupper($name), '=', $password, "\n";
}
INSTALL

own "$folder/data" "$folder/run" "$folder/tmp" "$folder/site"
log="$folder/log"
$unprivileged mariadb-install-db --no-defaults --datadir="$folder/data" --auth-root-authentication-method=normal \
    --tmpdir="$folder/tmp" --skip-test-db --skip-name-resolve >"$log" 2>&1 || { cat "$log" >&2; stop; exit 1; }
setsid $unprivileged mariadbd --no-defaults --datadir="$folder/data" --socket="$folder/run/mysqld.sock" --skip-networking \
    --tmpdir="$folder/tmp" --innodb-flush-log-at-trx-commit=0 >>"$log" 2>&1 &
echo $! > "$folder/mysqld.pid"
export MYSQL_SOCK="$folder/run/mysqld.sock"
connect='$s = getenv("MYSQL_SOCK"); mysqli_report(MYSQLI_REPORT_OFF); $m = @mysqli_connect(null, "root", "", "", 0, $s);
    exit($m && mysqli_query($m, "CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4") ? 0 : 1);'
for attempt in $(seq 300); do
    php -r "$connect" 2>/dev/null && break
    [ "$attempt" -lt 300 ] || { cat "$log" >&2; stop; exit 1; }
    sleep 0.1
done

SITE="$folder/site" $unprivileged php "$folder/install.php" >"$folder/users" 2>>"$log" \
    || { cat "$log" "$folder/users" >&2; stop; exit 1; }
PHP_CLI_SERVER_WORKERS=4 setsid $unprivileged php -d upload_tmp_dir="$folder/tmp" -d sys_temp_dir="$folder/tmp" -d upload_max_filesize=64M \
    -d post_max_size=64M -S "127.0.0.1:$port" -t "$folder/site" "$folder/router.php" >>"$log" 2>&1 &
echo $! > "$folder/php.pid"
for attempt in $(seq 100); do
    php -r "exit(@file_get_contents('$url/wp-json/') ? 0 : 1);" && break
    [ "$attempt" -lt 100 ] || { cat "$log" >&2; stop; exit 1; }
    sleep 0.1
done
echo "WORDPRESS_URL=$url"
cat "$folder/users"
